import type { Change, Step } from '../core/change.ts';
import type { HostKey } from '../facts/ssh/host-keys.ts';
import { reloadSsh } from './reload.ts';
import type { SshState } from './state.ts';

/** Ends the name under which a replaced host key is kept beside the new one. */
const kept = '.valops-old';

const ed25519 = '/etc/ssh/ssh_host_ed25519_key';

/**
 * Replaces RSA host keys below `rsaBits` and makes the ed25519 one where it is missing; every other
 * key stays, so that who knows the host still knows it. Keys never leave the host: the old pair is
 * kept under another name, and the undo puts it back by its fingerprint.
 *
 * `reload` is false when another change of the plan reloads sshd anyway. Null: nothing to do.
 */
export function changeHostKeys(
  { hostKeys, unit, effective }: Pick<SshState, 'hostKeys' | 'unit' | 'effective'>,
  rsaBits: number,
  reload: boolean,
): Change | null {
  const weak = hostKeys.filter(({ type, bits }) => type === 'RSA' && bits !== null && bits < rsaBits);
  const missing = hostKeys.filter(({ path, file }) => file === null && path === ed25519);
  if (weak.length === 0 && missing.length === 0) return null;
  const again = reloadSsh(unit, effective['pidfile']?.[0] ?? '/run/sshd.pid');
  return {
    id: 'ssh.host-keys',
    summary: `make ${weak.length + missing.length} host ${weak.length + missing.length === 1 ? 'key' : 'keys'} anew`,
    risk: 'access',
    diff: [
      ...weak.map(({ path, bits }) => `~ ${path}: RSA ${bits} bits → 4096 (the old one is kept as ${path}${kept})`),
      ...missing.map(({ path }) => `+ ${path}: ED25519`),
    ].join('\n'),
    do: [
      ...weak.flatMap((key) => replace(key)),
      ...missing.map(({ path }) => generate(path, 'ed25519')),
      ...(reload ? [again.do] : []),
    ],
    undo: [...weak.map(putBack), ...missing.flatMap(({ path }) => removePair(path)), again.undo],
  };
}

function generate(path: string, type: 'rsa' | 'ed25519'): Step {
  const size = type === 'rsa' ? ['-b', '4096'] : [];
  return { step: 'run', argv: ['ssh-keygen', '-q', '-t', type, ...size, '-N', '', '-C', '', '-f', path] };
}

function replace({ path, publicFile }: HostKey): readonly Step[] {
  const moves = publicFile === null ? [path] : [path, `${path}.pub`];
  return [
    ...moves.map((one): Step => ({ step: 'run', argv: ['mv', '-f', '--', one, one + kept] })),
    generate(path, 'rsa'),
  ];
}

function putBack({ path, fingerprint, publicFile }: HostKey): Step {
  const script = `case $(ssh-keygen -lf "$1${kept}" 2>/dev/null) in *" $2 "*) ;; *) exit 0 ;; esac
rm -f -- "$1.pub" && mv -f -- "$1${kept}" "$1"
if [ -e "$1.pub${kept}" ]; then mv -f -- "$1.pub${kept}" "$1.pub"; elif [ "$3" = yes ]; then exit 1; fi`;
  // a second run finds nothing kept, and the key in its place
  return { step: 'run', argv: ['sh', '-c', script, 'sh', path, fingerprint ?? '', publicFile === null ? 'no' : 'yes'] };
}

function removePair(path: string): readonly Step[] {
  return [
    { step: 'remove', path },
    { step: 'remove', path: `${path}.pub` },
  ];
}
