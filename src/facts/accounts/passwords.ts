import type { Question } from '../../core/fact.ts';

export interface PasswordAge {
  readonly user: string;
  /** Between the first two `$` of the hash (crypt(5)): `y`, `6`, `1`; `des` without any; null: no password is set. */
  readonly scheme: string | null;
  /** The password field of /etc/passwd is not `x`: what stands there counts instead of /etc/shadow. */
  readonly inPasswd: boolean;
  /** Days since 1970-01-01 of the last change; 0: to be changed at the next login; null: not counted. */
  readonly changedOn: number | null;
  /** Days; null: no such limit. */
  readonly maximum: number | null;
  readonly warning: number | null;
  readonly inactive: number | null;
}

/** How passwords are hashed and how old they are (shadow(5)). The hashes stay on the host. */
export const accountsPasswords: Question<readonly PasswordAge[]> = {
  id: 'accounts.passwords',
  family: 'accounts',
  title: 'how passwords are hashed, and how old they are',
  script: () => `awk -F: '
  function scheme(field) {
    sub(/^!+/, "", field)
    if (field ~ /^\\$/) { split(field, word, "$"); return word[2] }
    return length(field) == 13 || field ~ /^_/ ? "des" : ""
  }
  FILENAME == "/etc/passwd" { if ($1 !~ /^[+-]/) { user[++n] = $1; own[$1] = $2 } else { user[++n] = $1; own[$1] = "+" } next }
  { kind[$1] = scheme($2); rest[$1] = $3 ":" $5 ":" $6 ":" $7 }
  END {
    for (i = 1; i <= n; i++) {
      u = user[i]
      print u ":" (own[u] == "x" ? "x" : own[u] == "*" || own[u] == "!" ? "x" : "own") ":" kind[u] ":" rest[u]
    }
    print "end"
  }' /etc/passwd /etc/shadow`,
  privileged: true,
  timeout: 10,
  parse: ({ exitCode, stdout }) => {
    const lines = stdout.split('\n').filter(Boolean);
    if (exitCode !== 0 || lines.pop() !== 'end' || lines.length === 0)
      throw new Error('/etc/passwd and /etc/shadow could not be read');
    const number = (text: string | undefined): number | null =>
      text === undefined || text === '' ? null : Number(text);
    return lines.map((line) => {
      const [user = '', own, scheme = '', changed, maximum, warning, inactive] = line.split(':');
      return {
        user,
        scheme: scheme || null,
        inPasswd: own === 'own',
        changedOn: number(changed),
        maximum: number(maximum),
        warning: number(warning),
        inactive: number(inactive),
      };
    });
  },
};
