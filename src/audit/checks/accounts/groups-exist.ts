import { loginGroups } from '../../../facts/login/groups.ts';
import { loginUsers } from '../../../facts/login/users.ts';
import { defineCheck } from '../../check.ts';

export const groupsExist = defineCheck({
  id: 'accounts.groups-exist',
  title: 'the primary group of every user exists',
  why: 'Whichever group gets that number next, by any package, owns the files of the user.',
  severity: 'low',
  cadence: 'monthly',
  expectations: {
    validator: { want: 'every gid of passwd is in group', source: 'CIS Ubuntu 24.04 7.2.3' },
    'cis-l1': { want: 'every gid of passwd is in group', source: 'CIS Ubuntu 24.04 7.2.3' },
  },
  remediation: 'groupadd -g <GID> <USER>, or: usermod -g <GROUP> <USER>',
  needs: { users: loginUsers, groups: loginGroups },
  evaluate: ({ users, groups }) => {
    const gids = new Set(groups.map(({ gid }) => gid));
    return users.map(({ name, gid }) => ({
      status: gids.has(gid) ? 'pass' : 'fail',
      subject: name,
      expected: 'a group that exists',
      actual: `gid ${gid}`,
      file: '/etc/passwd',
    }));
  },
});
