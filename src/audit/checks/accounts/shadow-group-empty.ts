import { loginGroups } from '../../../facts/login/groups.ts';
import { loginUsers } from '../../../facts/login/users.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

export const shadowGroupEmpty = defineCheck({
  id: 'accounts.shadow-group-empty',
  title: 'nobody is in the group shadow',
  why: 'Its members read the hash of every password.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('no member', 'CIS Ubuntu 24.04 7.2.4'),
  remediation: 'gpasswd -d <USER> shadow; for a primary group: usermod -g <GROUP> <USER>',
  needs: { users: loginUsers, groups: loginGroups },
  evaluate: ({ users, groups }, _policy, { name: host }) => {
    const shadow = groups.find(({ name }) => name === 'shadow');
    if (shadow === undefined) return [{ status: 'skip', subject: host, evidence: 'there is no group shadow' }];
    const primary = users.filter(({ gid }) => gid === shadow.gid).map(({ name }) => name);
    return orPass(
      [...new Set([...shadow.members, ...primary])].map((name) => ({
        status: 'fail',
        subject: name,
        expected: 'not in the group shadow',
        actual: primary.includes(name) ? 'its primary group is shadow' : 'a member of shadow',
        file: primary.includes(name) ? '/etc/passwd' : '/etc/group',
      })),
      'shadow',
      'no member',
    );
  },
});
