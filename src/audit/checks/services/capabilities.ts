import { servicesProcesses } from '../../../facts/services/processes.ts';
import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { capabilityNames, rootLike } from '../../capabilities.ts';
import { judgeUnits, processesOf } from '../../declared-units.ts';

export const capabilities = defineCheck({
  id: 'services.capabilities',
  title: 'no process of the validator holds a capability that amounts to root',
  why: 'With one of these a process reads every key on the host, whatever user it runs as.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: { want: 'none of them', source: 'capabilities(7)' } },
  remediation:
    'systemctl edit <UNIT>, with [Service], AmbientCapabilities= and CapabilityBoundingSet= (both empty); restart it',
  needs: { units: servicesUnits, processes: servicesProcesses },
  evaluate: ({ units, processes }, policy, { name }) =>
    judgeUnits(policy, units, name, (unit) => {
      const own = processesOf(unit, processes);
      const asRoot = unit.user === '' && !unit.dynamicUser;
      const given = (unit.settings[asRoot ? 'CapabilityBoundingSet' : 'AmbientCapabilities'] ?? '')
        .split(' ')
        .filter(Boolean);
      const declared = given.filter((one) => rootLike.has(one));
      const held = [
        ...new Set(
          own.flatMap(({ effective, permitted }) => [...capabilityNames(effective), ...capabilityNames(permitted)]),
        ),
      ];
      const found = held.filter((one) => rootLike.has(one));
      return {
        status: found.length > 0 || declared.length > 0 ? 'fail' : 'pass',
        expected: 'none that amounts to root',
        actual: asRoot
          ? `user root, bounded to ${declared.length === 0 ? 'others' : declared.join(', ')}`
          : given.join(', ') || 'none',
        running: own.length === 0 ? 'no process' : found.join(', ') || held.join(', ') || 'none',
      };
    }),
});
