import type { Question } from '../../core/fact.ts';
import { readAcceptedLogins, type SshLoginUse } from '../accepted-logins.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface SshLastUse {
  readonly source: 'journal' | 'auth.log';
  /** RFC 3339: from when on logins are on record. A key not seen may have been used before. Null: no record. */
  readonly since: string | null;
  readonly uses: readonly SshLoginUse[];
}

/** Days looked back, and records read, at most. */
const days = 200;
const records = 5000;

/** Logins sshd accepted in the last 200 days, at most 5000, by user, method and key: what root's processes wrote, for anybody can log in the name of sshd. */
export const sshLastUse: Question<SshLastUse> = {
  id: 'ssh.last-use',
  family: 'ssh',
  title: 'when each user and key last logged in',
  script: () => `${partFunctions}
accepted() {
  journalctl -q --no-pager -o short-unix --since '${days} days ago' -n ${records} -g '^Accepted ' \\
    _UID=0 SYSLOG_IDENTIFIER=sshd + _UID=0 SYSLOG_IDENTIFIER=sshd-session
}
oldest() { journalctl -q --no-pager -o short-unix --since '${days} days ago' | head -n 1; }
part now date +%s
if command -v journalctl >/dev/null && [ -n "$(journalctl -q --no-pager -n 1 2>/dev/null)" ]; then
  part journal accepted
  part oldest oldest
else
  part log sh -c 'cat /var/log/auth.log.1 /var/log/auth.log 2>/dev/null | grep -E "sshd(-session)?\\[[0-9]+\\]: Accepted " | tail -n ${records}'
  part oldest sh -c 'cat /var/log/auth.log.1 /var/log/auth.log 2>/dev/null | sed -n 1p'
fi`,
  privileged: true,
  timeout: 20,
  parse: ({ stdout, stderr }) => {
    const parts = readParts(stdout);
    const now = Number(partOf(parts, 'now').text);
    const source = parts.has('journal') ? 'journal' : 'auth.log';
    const part = partOf(parts, source === 'journal' ? 'journal' : 'log');
    // journalctl -g ends with 1 when nothing matches, grep likewise
    if (part.status > 1 || (part.status === 1 && stderr.includes('journalctl')))
      throw new Error(`logins could not be read: ${stderr.trim()}`);
    const { since, uses } = readAcceptedLogins(part.text, partOf(parts, 'oldest').text, now);
    return { source, since, uses };
  },
};
