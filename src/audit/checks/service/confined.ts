import type { ServiceProcess } from '../../../facts/services/processes.ts';
import { servicesProcesses } from '../../../facts/services/processes.ts';
import { servicesUnits } from '../../../facts/services/units.ts';
import { ofBoth } from '../../both-profiles.ts';
import { capabilityNames } from '../../capabilities.ts';
import { defineCheck } from '../../check.ts';
import { judgeUnits, processesOf } from '../../declared-units.ts';
import { noServices, onDemand } from '../../service-check.ts';

export const confined = defineCheck({
  id: 'service.confined',
  title: 'a service can do no more than serve',
  why: 'It reads what strangers send: a fault in it must not be a fault of the host.',
  severity: 'high',
  expectations: ofBoth(
    'not root, no new privileges, a filter of system calls, no capability but for low ports, a read-only system',
    'systemd.exec(5)',
  ),
  remediation:
    'systemctl edit <UNIT>, with [Service], DynamicUser=yes, NoNewPrivileges=yes, SystemCallFilter=@system-service, CapabilityBoundingSet=CAP_NET_BIND_SERVICE, ProtectSystem=strict; restart it',
  ...onDemand,
  needs: { units: servicesUnits, processes: servicesProcesses },
  evaluate: ({ units, processes }, { services = [] }, { name: host }) => {
    const declared = services.flatMap(({ unit }) => unit ?? []);
    if (declared.length === 0) return noServices(host, 'units');
    return judgeUnits({ units: declared }, units, host, (unit) => {
      const own = processesOf(unit, processes);
      if (own.length === 0) return { status: 'unknown', evidence: 'none of its processes runs' };
      const lacks = [
        ...new Set(own.flatMap(lacking)),
        ...(unit.settings['ProtectSystem'] === 'strict' ? [] : ['may write to the system']),
      ];
      return {
        status: lacks.length === 0 ? 'pass' : 'fail',
        expected: 'confined',
        actual: lacks.length === 0 ? 'confined' : lacks.join(', '),
        running: `${own.length} processes`,
      };
    });
  },
});

function lacking({ uid, noNewPrivileges, seccomp, permitted, ambient }: ServiceProcess): readonly string[] {
  const more = [...capabilityNames(permitted), ...capabilityNames(ambient)].filter(
    (name) => name !== 'cap_net_bind_service',
  );
  return [
    ...(uid === 0 ? ['root'] : []),
    ...(noNewPrivileges ? [] : ['may gain privileges']),
    ...(seccomp === 2 ? [] : ['no filter of system calls']),
    ...(more.length === 0 ? [] : [`${new Set(more).size} capabilities`]),
  ];
}
