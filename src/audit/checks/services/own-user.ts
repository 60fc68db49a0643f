import { servicesProcesses } from '../../../facts/services/processes.ts';
import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { judgeUnits, processesOf } from '../../declared-units.ts';

export const ownUser = defineCheck({
  id: 'services.own-user',
  title: 'no process of the validator runs as root',
  why: 'The process that talks to strangers owns the host, with every key on it, as soon as it has one flaw.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: { want: 'a user of its own', source: 'systemd.exec(5), User=; agave docs: system user' } },
  remediation: 'useradd --system <USER>; systemctl edit <UNIT>, with [Service], User=<USER>; restart it',
  needs: { units: servicesUnits, processes: servicesProcesses },
  evaluate: ({ units, processes }, policy, { name }) =>
    judgeUnits(policy, units, name, (unit) => {
      const declared = (unit.user !== '' && unit.user !== 'root' && unit.user !== '0') || unit.dynamicUser;
      const own = processesOf(unit, processes);
      const asRoot = own.filter(({ uid }) => uid === 0);
      return {
        status: declared && asRoot.length === 0 ? 'pass' : 'fail',
        expected: 'not root',
        actual: unit.dynamicUser ? 'a dynamic user' : unit.user || 'root',
        running: own.length === 0 ? 'no process' : [...new Set(own.map(({ uid }) => `uid ${uid}`))].join(', '),
        ...(asRoot.length === 0
          ? {}
          : {
              evidence: `as root: ${asRoot
                .slice(0, 5)
                .map((one) => `${one.name} (${one.pid})`)
                .join(', ')}`,
            }),
      };
    }),
});
