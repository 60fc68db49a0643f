import { accountsRecords } from '../../../facts/accounts/records.ts';
import { loginGroups } from '../../../facts/login/groups.ts';
import { loginUsers } from '../../../facts/login/users.ts';
import type { BaselineEntry } from '../entry.ts';
import { numbered } from '../numbered.ts';
import { defineSection } from '../section.ts';
import { withoutArguments } from '../without-arguments.ts';

/** Not compared: when a password was changed last, and the full name of a user. */
export const accountsSection = defineSection({
  id: 'accounts',
  title: 'users, groups and sudo rules',
  needs: { users: loginUsers, groups: loginGroups, records: accountsRecords },
  entries: ({ users, groups, records }) => {
    const place = (file: string, list: readonly { name: string; line: number }[], name: string): { file: string } => {
      const line = list.find((one) => one.name === name)?.line;
      return { file: line === undefined ? file : `${file}:${line}` };
    };
    const passwords = new Map(records.passwords.map(({ user, digest }) => [user, digest]));
    const rules = numbered(records.sudoers.map(({ file, text }) => `sudo rule in ${file}: ${withoutArguments(text)}`));
    return [
      ...users.map(({ name, uid, gid, home, shell, password, expiresOn }): BaselineEntry => ({
        key: `user ${name}`,
        value: `uid ${uid}, gid ${gid}, home ${home}, shell ${shell}, password ${password}${
          passwords.has(name) ? ` ${passwords.get(name)}` : ''
        }${expiresOn === null ? '' : `, expires on day ${expiresOn}`}`,
        ...place('/etc/passwd', records.users, name),
      })),
      ...groups.map(({ name, gid, members }): BaselineEntry => ({
        key: `group ${name}`,
        value: `gid ${gid}, members ${members.toSorted().join(', ') || 'none'}`,
        ...place('/etc/group', records.groups, name),
      })),
      ...records.sudoers.map(({ file, line }, index): BaselineEntry => ({
        key: rules[index] ?? '',
        value: '',
        file: `${file}:${line}`,
      })),
      // the last rule that matches decides
      { key: 'order of sudo rules', value: rules, file: '/etc/sudoers' },
    ];
  },
});
