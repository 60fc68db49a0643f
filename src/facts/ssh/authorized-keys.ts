import type { Question } from '../../core/fact.ts';
import { type AuthorizedKey, readAuthorizedKeys } from '../authorized-keys-line.ts';
import { type FileMetadata, readMetadata } from '../file-metadata.ts';
import { loginUsersFunction } from '../login-users.ts';
import { partFunctions, readParts } from '../parts.ts';
import { connectionOf } from '../ssh-connection.ts';
import { daemonFunctions, mayMatchFunction, refuseUnlessDone } from '../ssh-daemon.ts';

export interface AuthorizedKeysFile {
  readonly user: string;
  readonly path: string;
  readonly file: FileMetadata;
  /** The directories sshd looks at under `StrictModes`: those above the file, up to the home or the root. */
  readonly directories: readonly (FileMetadata & { readonly path: string })[];
  readonly keys: readonly AuthorizedKey[];
  /** Lines that are no key and no comment. */
  readonly unreadable: readonly number[];
  /** Why its keys are not known; left out where they are. Others' files are not affected. */
  readonly untold?: string;
}

/** Bytes of a file at most: some thousand keys. */
const limit = 262_144;

/**
 * The keys by which users may log in: of everybody with a shell, from the files which
 * `AuthorizedKeysFile` names for that user. Key material and comments of files stay on the host.
 */
export const sshAuthorizedKeys: Question<readonly AuthorizedKeysFile[]> = {
  id: 'ssh.authorized-keys',
  family: 'ssh',
  title: 'authorised keys of every user who can log in',
  script: (login) => `${daemonFunctions}${partFunctions}${loginUsersFunction}${mayMatchFunction}
base=$(sshd_test) || exit
match=no
may_match && match=yes
tab=$(printf '\\t')
users=$(login_users)
[ -n "$users" ] || { echo 'getent listed no users' >&2; exit 127; }
printf '%s\\n' "$users" | while IFS=$tab read -r user uid home _; do
  settings=$base
  [ "$match" = no ] || settings=$(sshd_test -C "user=$user,"${connectionOf(login)})
  patterns=$(printf '%s\\n' "$settings" | sed -n 's/^authorizedkeysfile //p')
  set -f
  for pattern in $patterns; do
    [ "$pattern" != none ] || continue
    path=$pattern
    case $pattern in *%*) path=$(printf '%s' "$pattern" | awk -v u="$user" -v U="$uid" -v h="$home" '{
      out = ""
      while ((at = index($0, "%")) > 0) {
        c = substr($0, at + 1, 1)
        out = out substr($0, 1, at - 1) (c == "u" ? u : c == "U" ? U : c == "h" ? h : c)
        $0 = substr($0, at + 2)
      }
      print out $0
    }') ;; esac
    case $path in /*) ;; *) path=$home/$path ;; esac
    [ -e "$path" ] || continue
    part "user $user" printf '%s\\n%s' "$home" "$path"
    metadata "$path"
    if [ ! -f "$path" ]; then part "odd $path" true
    elif case $(readlink -f -- "$path") in /proc/* | /sys/*) true ;; *) false ;; esac then part "kernel $path" true
    elif [ "$(stat -L -c %s -- "$path")" -gt ${limit} ]; then part "long $path" true
    else part "text $path" head -c ${limit} -- "$path"; fi
    above=$path
    while [ "$above" != / ] && [ "$above" != "$home" ]; do
      above=$(dirname -- "$above")
      metadata "$above"
    done
  done
done`,
  privileged: true,
  timeout: 20,
  parse: (answer) => {
    refuseUnlessDone(answer);
    const blocks = answer.stdout.split(/^(?==user )/m).filter((block) => block.startsWith('=user '));
    return blocks.map(readBlock);
  },
};

function readBlock(block: string): AuthorizedKeysFile {
  const parts = readParts(block);
  const [header] = parts.keys();
  const user = (header ?? '').slice('user '.length);
  const path = parts.get(header ?? '')?.text.split('\n')[1] ?? '';
  const file = readMetadata(parts, path);
  if (file === null) throw new Error(`"${path}" of user "${user}" could not be read`);
  const directories = [...parts.keys()]
    .filter((name) => name.startsWith('stat ') && name !== `stat ${path}`)
    .flatMap((name) => {
      const directory = readMetadata(parts, name.slice('stat '.length));
      return directory === null ? [] : [{ path: name.slice('stat '.length), ...directory }];
    });
  const text = parts.get(`text ${path}`);
  const common = { user, path, file, directories };
  if (text?.status === 0) return { ...common, ...readAuthorizedKeys(text.exact) };
  // what a user can do to their own file must not hide the keys of all others; sshd takes no keys from what is no file
  if (parts.has(`odd ${path}`)) return { ...common, keys: [], unreadable: [] };
  const linked = parts.has(`kernel ${path}`) ? 'it is a link to a file of the kernel' : 'it could not be read';
  const untold = parts.has(`long ${path}`) ? `longer than ${limit} bytes` : linked;
  return { ...common, keys: [], unreadable: [], untold };
}
