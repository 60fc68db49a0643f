import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { environmentsOf, judgeEnvironments } from '../../declared-environments.ts';

export const unitEgress = defineCheck({
  id: 'workload.unit-egress',
  title: 'the declared units reach only the addresses they need',
  why: 'Code that was smuggled in fetches more of it, and sends keys away: a worker that reaches nothing can do neither.',
  severity: 'medium',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth(
    'PrivateNetwork, or IPAddressDeny=any with exceptions',
    'systemd.resource-control(5), IPAddressDeny=; Nuttoo: Security, Least Privilege',
  ),
  remediation:
    'systemctl edit <UNIT>, with [Service], IPAddressDeny=any, IPAddressAllow=localhost <NETWORK>; or PrivateNetwork=yes; restart it. A unit that must reach everybody gets a waiver',
  needs: environmentsOf,
  evaluate: ({ environments }, _policy, { name }) =>
    judgeEnvironments(environments, name, ({ unit: subject, settings }) => {
      const { PrivateNetwork: own, IPAddressDeny: deny, IPAddressAllow: allow = '' } = settings;
      if (own === undefined || deny === undefined)
        return [{ status: 'unknown', subject, evidence: 'systemd did not tell PrivateNetwork and IPAddressDeny' }];
      const denied = deny.split(' ');
      const isShut = denied.includes('any') || ['::/0', '0.0.0.0/0'].every((all) => denied.includes(all));
      const isOpen = allow.split(' ').some((one) => ['any', '::/0', '0.0.0.0/0'].includes(one));
      return [
        {
          status: own === 'yes' || (isShut && !isOpen) ? 'pass' : 'fail',
          subject,
          expected: 'PrivateNetwork=yes, or IPAddressDeny=any with exceptions',
          actual: `PrivateNetwork=${own}, IPAddressDeny=${deny || '(none)'}, IPAddressAllow=${allow || '(none)'}`,
        },
      ];
    }),
});
