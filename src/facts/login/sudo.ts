import type { Question } from '../../core/fact.ts';
import { loginUsersFunction } from '../login-users.ts';
import { partFunctions, readParts } from '../parts.ts';

export interface Sudoer {
  readonly user: string;
  /** Whether any command may be run as root: without a password, with one, or not at all. */
  readonly root: 'without-password' | 'with-password' | 'no';
  /** Rules as `sudo -l` prints them, for example `(ALL : ALL) NOPASSWD: ALL`. */
  readonly rules: readonly string[];
}

/** What sudo lets each user with a shell do. Null where sudo is not installed. At most 50 users. */
export const loginSudo: Question<readonly Sudoer[] | null> = {
  id: 'login.sudo',
  family: 'login',
  title: 'who may become root by sudo',
  script: () => `${partFunctions}${loginUsersFunction}
command -v sudo >/dev/null || { part absent true; exit 0; }
users=$(login_users)
[ -n "$users" ] || { echo 'getent listed no users' >&2; exit 1; }
printf '%s\\n' "$users" | cut -f1 | head -n 50 | while IFS= read -r user; do
  [ "$user" = root ] || part "user $user" sudo -n -l -U "$user"
done`,
  privileged: true,
  timeout: 20,
  parse: ({ exitCode, stdout, stderr }) => {
    const parts = readParts(stdout);
    if (parts.has('absent')) return null;
    if (exitCode === 1 && parts.size === 0) throw new Error(stderr.trim() || 'no user was asked for');
    return [...parts].map(([name, { status, text }]) => {
      const user = name.slice('user '.length);
      if (status !== 0 && !/not allowed to run sudo/.test(text))
        throw new Error(`"sudo -l -U ${user}" ended with ${status}: ${stderr.trim()}`);
      // a rule is indented by four blanks; a longer one goes on behind a deeper indent
      const rules = text
        .replaceAll(/\\?\n {5,}/g, ' ')
        .split('\n')
        .filter((line) => /^ {4}\(/.test(line))
        .map((line) => line.trim());
      return { user, root: rootBy(rules), rules };
    });
  },
};

/**
 * The last rule that matches a command decides, and a tag counts for the commands behind it
 * (sudoers(5)). Looked at is the command `ALL` alone: what is taken away from it by `!` is easily
 * got around, and a single command may well be enough to become root.
 */
function rootBy(rules: readonly string[]): Sudoer['root'] {
  const granted = rules.flatMap((rule) => {
    const [, users = '', commands = ''] = /^\(([^):]*)[^)]*\) (.*)$/.exec(rule) ?? [];
    if (!users.split(',').some((user) => ['ALL', 'root', '#0'].includes(user.trim()))) return [];
    let password = true;
    return commands.split(/, */).flatMap((item) => {
      for (const [, tag] of item.matchAll(/\b(NOPASSWD|PASSWD):/g)) password = tag === 'PASSWD';
      return /(?:^|: )ALL$/.test(item) ? [password] : [];
    });
  });
  const last = granted.at(-1);
  if (last === undefined) return 'no';
  return last ? 'with-password' : 'without-password';
}
