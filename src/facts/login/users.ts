import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
  /** The shell is no nologin or false, and there is such a program. */
  readonly canLogIn: boolean;
  /**
   * `set`; `empty`: none is asked for; `locked`: `!`, which keeps even keys out where sshd has
   * `UsePAM no`; `disabled`: `*` or the like; `unknown`: not in shadow (an LDAP user, say).
   */
  readonly password: 'set' | 'empty' | 'locked' | 'disabled' | 'unknown';
  /** Day on which the account expires, in days since 1970-01-01; null: never. */
  readonly expiresOn: number | null;
}

/** Users by passwd and shadow. The hash itself never leaves the host: awk prints the class only. */
export const loginUsers: Question<readonly User[]> = {
  id: 'login.users',
  family: 'login',
  title: 'users: shell, home, whether a password is set or locked',
  script: () => `${partFunctions}
classes() {
  awk -F: '{
    class = "set"
    if ($2 == "") class = "empty"
    else if ($2 ~ /^!/) class = "locked"
    else if ($2 !~ /^\\$/ && length($2) < 13) class = "disabled"
    print $1 ":" class ":" $8
  }' /etc/shadow
}
shells() {
  getent passwd | cut -d: -f7 | sort -u | while IFS= read -r shell; do
    [ ! -x "\${shell:-/bin/sh}" ] || printf '%s\\n' "$shell"
  done
}
part passwd getent passwd
part shadow classes
part shells shells`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const passwd = partOf(parts, 'passwd');
    const shadow = partOf(parts, 'shadow');
    if (passwd.status !== 0 || shadow.status !== 0) throw new Error('passwd and shadow could not be read');
    const executable = new Set(partOf(parts, 'shells').exact.split('\n').slice(0, -1));
    const classes = new Map(shadow.text.split('\n').map((line) => [line.split(':')[0], line.split(':')] as const));
    return passwd.text.split('\n').map((line): User => {
      const [name = '', , uid, gid, , home = '', shell = ''] = line.split(':');
      const [, password, expires] = classes.get(name) ?? [];
      return {
        name,
        uid: Number(uid),
        gid: Number(gid),
        home,
        shell,
        canLogIn: executable.has(shell) && !/\/(nologin|false|sync|shutdown|halt)$/.test(shell),
        password:
          password === 'set' || password === 'empty' || password === 'locked' || password === 'disabled'
            ? password
            : 'unknown',
        expiresOn: expires === undefined || expires === '' ? null : Number(expires),
      };
    });
  },
};
