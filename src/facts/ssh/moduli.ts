import type { Question } from '../../core/fact.ts';

export interface Moduli {
  /** Lines that hold a group. */
  readonly count: number;
  /** Size in bits of the smallest; moduli(5) records one less. Null when there is none. */
  readonly smallest: number | null;
  /** How many are smaller than 3072 bits. */
  readonly weak: number;
  /** Lowercase hex SHA-256 of the file. */
  readonly sha256: string;
}

/** The groups of /etc/ssh/moduli (moduli(5)), for diffie-hellman-group-exchange. Null: no file. */
export const sshModuli: Question<Moduli | null> = {
  id: 'ssh.moduli',
  family: 'ssh',
  title: 'Diffie-Hellman groups sshd offers for group exchange',
  script: () => `[ -e /etc/ssh/moduli ] || { echo none; exit 0; }
[ -f /etc/ssh/moduli ] || { echo 'no plain file' >&2; exit 1; }
awk '$1 ~ /^[0-9]+$/ && NF >= 7 { n++; if (!s || $5 < s) s = $5; if ($5 < 3071) w++ } END { print n + 0, s + 0, w + 0 }' /etc/ssh/moduli &&
sha256sum /etc/ssh/moduli`,
  privileged: false,
  timeout: 5,
  parse: ({ exitCode, stdout, stderr }) => {
    if (stdout.trim() === 'none') return null;
    const read = /^(\d+) (\d+) (\d+)\n\\?([0-9a-f]{64})/.exec(stdout);
    if (exitCode !== 0 || read === null) throw new Error(`/etc/ssh/moduli could not be read: ${stderr.trim()}`);
    const count = Number(read[1]);
    return {
      count,
      smallest: count === 0 ? null : Number(read[2]) + 1,
      weak: Number(read[3]),
      sha256: read[4] ?? '',
    };
  },
};
