import { loginGroups } from '../../../facts/login/groups.ts';
import { loginUsers } from '../../../facts/login/users.ts';
import { defineCheck } from '../../check.ts';

/** Groups of Debian and Ubuntu whose members are root in all but name, or read every disk or password. */
const powerful = ['root', 'sudo', 'wheel', 'admin', 'docker', 'lxd', 'incus', 'libvirt', 'disk', 'shadow', 'kmem'];

const want = {
  want: 'in none of the groups that amount to root',
  source: 'Debian wiki: SystemGroups; Docker docs: daemon attack surface',
};

export const serviceUsersHaveNoPower = defineCheck({
  id: 'accounts.service-users-have-no-power',
  title: 'no account of the validator is in a group that amounts to root',
  why: 'Whoever breaks into the validator process is then root, with every other key on the host.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'gpasswd -d <USER> <GROUP>, then restart its services',
  needs: { users: loginUsers, groups: loginGroups },
  evaluate: ({ users, groups }, { serviceUsers }, { name: host }) => {
    const present = users.filter(({ name }) => serviceUsers.includes(name));
    if (present.length === 0) {
      const evidence =
        serviceUsers.length === 0
          ? 'valops.yaml declares no audit.serviceUsers'
          : `no such account: ${serviceUsers.join(', ')}`;
      return [{ status: 'skip', subject: host, evidence }];
    }
    return present.map(({ name, gid }) => {
      const own = groups
        .filter((group) => group.gid === gid || group.members.includes(name))
        .map((group) => group.name);
      const found = own.filter((group) => powerful.includes(group));
      return {
        status: found.length > 0 ? 'fail' : 'pass',
        subject: name,
        expected: `in none of ${powerful.join(', ')}`,
        actual: own.join(', ') || 'in no group',
        file: '/etc/group',
      };
    });
  },
});
