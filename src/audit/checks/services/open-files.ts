import { servicesProcesses } from '../../../facts/services/processes.ts';
import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { declaredAndRunning, judgeUnits } from '../../declared-units.ts';

const atLeast = 1_000_000;
const enough = (text: string): boolean => text === 'unlimited' || text === 'infinity' || Number(text) >= atLeast;

export const openFiles = defineCheck({
  id: 'services.open-files',
  title: 'a validator of Solana may open the files it needs',
  why: 'At the usual limit it stops while it opens its accounts, often weeks after it was set up.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: { validator: { want: `at least ${atLeast}`, source: 'agave docs: system tuning' } },
  remediation: `systemctl edit <UNIT>, with [Service], LimitNOFILE=${atLeast}; restart it`,
  needs: { units: servicesUnits, processes: servicesProcesses },
  evaluate: ({ units, processes }, policy, { name }) => {
    if (policy.rpc?.network !== 'solana')
      return [{ status: 'skip', subject: name, evidence: 'audit.rpc declares no network "solana"' }];
    return judgeUnits(policy, units, name, (unit) => {
      const actual = unit.settings['LimitNOFILE'] ?? 'not told';
      return {
        ...declaredAndRunning(unit, processes, enough(actual), (process) => enough(process.openFiles[0])),
        expected: `at least ${atLeast}`,
        actual,
      };
    });
  },
});
