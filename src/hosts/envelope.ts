import type { HostRequest } from '../core/host.ts';

/**
 * What the login shell of a host is asked to run. Whatever that shell is (sh, fish, csh), it must
 * read these lines alike: they hold no newline, backslash, single quote or exclamation mark.
 *
 * `outer` finds the way to the wanted user, says on both streams that from now on the output is
 * the script's, and hands over to `inner` in a clean environment, under timeout(1): the host ends
 * the script in time even when nobody is connected any more.
 */
const outer = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH; s=; h=$HOME; u=$(id -u)',
  'if [ "$2" = user ] || [ "$u" = 0 ]; then :',
  'elif command -v sudo >/dev/null && sudo -n true </dev/null >/dev/null 2>&1; then s="sudo -n --"; h=/root; u=0',
  'elif [ "$2" = root ]; then echo "valops-$1 not-root"; exit 1; fi',
  'echo "valops-$1 $u $SSH_CONNECTION"; echo "valops-$1" >&2; cd /',
  'exec $s env -i PATH="$PATH" HOME="$h" LC_ALL=C timeout -s KILL "$3" sh -c "$4" valops "$1"',
].join('; ');

/**
 * Reads the whole script before any of it runs: a shell that reads as it goes would execute what
 * arrived of a script that was cut off, its last line perhaps halved.
 */
const inner =
  's=$(cat); case $s in *"#end $1") set --; eval "$s" ;; *) echo "the script arrived incomplete" >&2; exit 1 ;; esac';

/** Milliseconds by which the host is later than we are, so that a timeout is seen as one here. */
const hostGrace = 1000;

/** A script ready to be sent: the program with its arguments, and the bytes of its standard input. */
export interface Envelope {
  readonly nonce: string;
  readonly argv: readonly [string, ...string[]];
  /** `argv` as one line for a login shell. */
  readonly line: string;
  readonly input: Uint8Array;
}

/** Wraps a request. `random` are at least 8 bytes by which the script's own output is recognised. */
export function makeEnvelope(request: HostRequest, random: Uint8Array): Envelope {
  const nonce = Buffer.from(random).toString('hex');
  const seconds = `${(request.timeout + hostGrace) / 1000}s`;
  const words = ['sh', '-c', outer, 'valops', nonce, request.as, seconds, inner] as const;
  return {
    nonce,
    argv: words,
    line: `exec ${words.map((word) => (/^[\w.-]+$/.test(word) ? word : `'${word}'`)).join(' ')}`,
    input: Buffer.from(`${request.script}\n#end ${nonce}\n`),
  };
}
