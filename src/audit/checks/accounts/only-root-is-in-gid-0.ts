import { loginGroups } from '../../../facts/login/groups.ts';
import { loginUsers } from '../../../facts/login/users.ts';
import { defineCheck } from '../../check.ts';

export const onlyRootIsInGid0 = defineCheck({
  id: 'accounts.only-root-is-in-gid-0',
  title: 'only root is in the group root',
  why: 'Many files of the system can be read, and some written, by its group: who is in it is half way to root.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'root alone', source: 'CIS Ubuntu 24.04 5.4.2.2' },
    'cis-l1': { want: 'root alone', source: 'CIS Ubuntu 24.04 5.4.2.2' },
  },
  remediation: 'gpasswd -d <USER> root; for a primary group: usermod -g <GROUP> <USER>',
  needs: { users: loginUsers, groups: loginGroups },
  evaluate: ({ users, groups }) => {
    // an account with uid 0 is a finding of its own
    const primary = users
      .filter(({ gid, uid }) => gid === 0 && uid !== 0)
      .map(({ name }) => ({ name, file: '/etc/passwd' }));
    const named = groups
      .filter(({ gid }) => gid === 0)
      .flatMap(({ members }) => members.map((name) => ({ name, file: '/etc/group' })));
    const others = [...primary, ...named].filter(({ name }) => name !== 'root');
    if (others.length === 0) return [{ status: 'pass', subject: 'root', actual: 'root alone' }];
    return others.map(({ name, file }) => ({
      status: 'fail',
      subject: name,
      expected: 'not in the group root',
      actual: file === '/etc/passwd' ? 'its primary group is root' : 'a member of root',
      file,
    }));
  },
});
