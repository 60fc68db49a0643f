import { accountsSudoRules } from '../../../facts/accounts/sudo-rules.ts';
import { loginGroups } from '../../../facts/login/groups.ts';
import { loginUsers } from '../../../facts/login/users.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

export const sudoForPeople = defineCheck({
  id: 'accounts.sudo-for-people',
  title: 'sudo is for people: no rule is for everybody, or for an account of a service',
  why: 'A rule for the account that runs the validator makes every hole of the validator a hole to root.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('no rule for ALL, for system users or declared service users', 'sudoers(5)'),
  remediation: 'take the rule out: visudo, or visudo -f /etc/sudoers.d/<FILE>',
  needs: { sudo: accountsSudoRules, users: loginUsers, groups: loginGroups },
  evaluate: ({ sudo, users, groups }, { serviceUsers }, { name: host }) => {
    if (sudo === null) return [{ status: 'skip', subject: host, evidence: 'sudo is not installed' }];
    const services = users.filter(({ name, uid }) => (uid > 0 && uid < 1000) || serviceUsers.includes(name));
    const found = sudo.rules.flatMap(({ users: meant, commands }) => {
      const subjects = [
        ...(meant.includes('ALL') ? ['ALL'] : []),
        ...services.filter((user) => matches(user, meant)).map(({ name }) => name),
      ];
      return subjects.map((subject) => ({ subject, meant, commands }));
    });
    function matches({ name, uid, gid }: (typeof services)[number], meant: readonly string[]): boolean {
      const own = groups.filter((group) => group.gid === gid || group.members.includes(name));
      const names = [name, `#${uid}`, ...own.flatMap((group) => [`%${group.name}`, `%#${group.gid}`])];
      return (
        meant.some((one) => names.includes(one)) &&
        !meant.some((one) => one.startsWith('!') && names.includes(one.slice(1)))
      );
    }
    return orPass(
      [...new Map(found.map((one) => [one.subject, one])).values()].map(({ subject, meant, commands }) => ({
        status: 'fail',
        subject,
        expected: 'no rule',
        actual: `${meant.join(', ')}: ${commands.join(', ')}`.slice(0, 300),
        file: '/etc/sudoers',
      })),
      host,
      `${sudo.rules.length} rules`,
    );
  },
});
