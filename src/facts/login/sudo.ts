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
login_users | cut -f1 | head -n 50 | while IFS= read -r user; do
  [ "$user" = root ] || part "user $user" sudo -n -l -U "$user"
done`,
  privileged: true,
  timeout: 20,
  parse: ({ stdout, stderr }) => {
    const parts = readParts(stdout);
    if (parts.has('absent')) return null;
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

/** The last rule that matches a command decides (sudoers(5)); only rules for all commands are looked at. */
function rootBy(rules: readonly string[]): Sudoer['root'] {
  const whole = rules.filter((rule) => /^\((ALL|root)\b[^)]*\) (?:[A-Z_]+: )*ALL$/.test(rule)).at(-1);
  if (whole === undefined) return 'no';
  return /\bNOPASSWD: /.test(whole) ? 'without-password' : 'with-password';
}
