import { loginGroups } from '../../../facts/login/groups.ts';
import { defineCheck } from '../../check.ts';
import { repeated } from '../../repeated.ts';

export const uniqueGroups = defineCheck({
  id: 'accounts.unique-groups',
  title: 'every group has a name and a gid of its own, and only root is gid 0',
  why: 'A second group with the gid of another opens its files, key files among them, to people nobody meant.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'unique', source: 'CIS Ubuntu 24.04 5.4.2.3, 7.2.6, 7.2.8' },
    'cis-l1': { want: 'unique', source: 'CIS Ubuntu 24.04 5.4.2.3, 7.2.6, 7.2.8' },
  },
  remediation: 'groupmod -g <FREE GID> <GROUP>, then give it its files: find / -xdev -gid <OLD GID>',
  needs: { groups: loginGroups },
  evaluate: ({ groups }, _policy, { name: host }) => {
    const gids = repeated(groups, ({ gid }) => `gid ${gid}`);
    const names = repeated(groups, ({ name }) => `name ${name}`);
    const found = [...gids, ...names].map(([subject, several]) => ({
      status: 'fail' as const,
      subject,
      expected: 'one group',
      actual: several.map(({ name, gid }) => `${name} (${gid})`).join(', '),
      file: '/etc/group',
    }));
    return found.length > 0 ? found : [{ status: 'pass', subject: host, actual: `${groups.length} groups` }];
  },
});
