import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface AccountSetting {
  readonly name: string;
  readonly value: string;
  /** `path:line`. */
  readonly file: string;
}

/**
 * Settings of /etc/login.defs, /etc/default/useradd (as `useradd.NAME`), faillock.conf and
 * pwquality.conf with its directory (as `faillock.name`, `pwquality.name`); the last one of a name counts.
 */
export const accountsDefaults: Question<readonly AccountSetting[]> = {
  id: 'accounts.defaults',
  family: 'accounts',
  title: 'defaults for accounts and passwords: login.defs, useradd, faillock, pwquality',
  script: () => `${partFunctions}
lines() { grep -aHn '^[[:space:]]*[A-Za-z]' "$@" /dev/null 2>/dev/null; :; }
part login.defs lines /etc/login.defs
part useradd lines /etc/default/useradd
part faillock lines /etc/security/faillock.conf
part pwquality lines /etc/security/pwquality.conf /etc/security/pwquality.conf.d/*.conf`,
  privileged: false,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    return ['login.defs', 'useradd', 'faillock', 'pwquality'].flatMap((from) =>
      partOf(parts, from)
        .text.split('\n')
        .flatMap((line): readonly AccountSetting[] => {
          const [, file, name = '', value = ''] = /^([^:]+:\d+):\s*(\w+)\s*[=\s]?\s*([^#]*)/.exec(line) ?? [];
          if (file === undefined) return [];
          return [{ name: from === 'login.defs' ? name : `${from}.${name}`, value: value.trim(), file }];
        }),
    );
  },
};
