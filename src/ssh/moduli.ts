import type { Change, Unchanged } from '../core/change.ts';
import type { Moduli } from '../facts/ssh/moduli.ts';

const file = '/etc/ssh/moduli';
const kept = `${file}.valops-old`;

/**
 * Takes small groups out of moduli(5); the file as it was is kept beside it for the undo, which
 * knows it by its digest. A file with small groups only stays as it is: without groups sshd falls
 * back to one of its own.
 */
export function changeModuli(moduli: Moduli | null, bits: number): Change | Unchanged {
  if (moduli === null || moduli.weak === 0 || bits < 3072) {
    const reason = moduli === null ? 'there is no file of groups' : `no group is below ${bits} bits`;
    return { id: 'ssh.moduli', reason };
  }
  if (moduli.weak === moduli.count) return { id: 'ssh.moduli', reason: `every group is below ${bits} bits` };
  const filter = `cp -p -- "$1" "$2" && awk '/^#/ || $5 >= ${bits - 1}' "$2" >"$1.valops-new" && [ -s "$1.valops-new" ] &&
chown 0:0 "$1.valops-new" && chmod 0644 "$1.valops-new" && mv -f -- "$1.valops-new" "$1"`;
  // a copy that is not what was there is no way back: the undo fails rather than take it
  const restore = `digest() { sha256sum <"$1" | cut -d ' ' -f 1; }
rm -f -- "$1.valops-new"
if [ "$(digest "$1")" != "$3" ]; then
  [ "$(digest "$2")" = "$3" ] && cp -p -- "$2" "$1.valops-new" && mv -f -- "$1.valops-new" "$1"
fi && rm -f -- "$2"`;
  return {
    id: 'ssh.moduli',
    summary: `take ${moduli.weak} of ${moduli.count} Diffie-Hellman groups out: below ${bits} bits`,
    risk: 'none',
    diff: `~ ${file}: smallest group ${moduli.smallest ?? 0} → at least ${bits} bits (kept as ${kept})`,
    do: [{ step: 'run', argv: ['sh', '-c', filter, 'sh', file, kept] }],
    undo: [{ step: 'run', argv: ['sh', '-c', restore, 'sh', file, kept, moduli.sha256] }],
  };
}
