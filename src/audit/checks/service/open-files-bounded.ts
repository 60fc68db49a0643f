import { servicesProcesses } from '../../../facts/services/processes.ts';
import { servicesUnits } from '../../../facts/services/units.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { declaredAndRunning, judgeUnits } from '../../declared-units.ts';
import { noServices, onDemand } from '../../service-check.ts';

export const openFilesBounded = defineCheck({
  id: 'service.open-files-bounded',
  title: 'the open files of a service are bounded',
  why: 'Each connection is one: without a bound, connections take the memory of the kernel before anybody notices.',
  severity: 'low',
  expectations: ofBoth('at most caps.openFiles', 'systemd.exec(5), LimitNOFILE=; getrlimit(2)'),
  remediation: 'systemctl edit <UNIT>, with [Service], LimitNOFILE=65536; restart it',
  ...onDemand,
  needs: { units: servicesUnits, processes: servicesProcesses },
  evaluate: ({ units, processes }, { services = [] }, { name: host }) => {
    const declared = services.flatMap(({ unit, caps }) => (unit === undefined ? [] : [{ unit, caps }]));
    if (declared.length === 0) return noServices(host, 'units');
    return declared.flatMap(({ unit, caps }) =>
      judgeUnits({ units: [unit] }, units, host, (loaded) => {
        const actual = loaded.settings['LimitNOFILE'] ?? 'not told';
        const bounded = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= caps.openFiles;
        return {
          ...declaredAndRunning(loaded, processes, bounded(actual), ({ openFiles }) => bounded(openFiles[1])),
          expected: `at most ${caps.openFiles}`,
          actual,
        };
      }),
    );
  },
});
