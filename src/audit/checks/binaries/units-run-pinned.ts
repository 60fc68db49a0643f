import { binariesProgramsOf } from '../../../facts/binaries/programs.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const want = { want: 'programs below the prefix, or of a package', source: 'valops: sync' };

/** Below these everything is a package's, whose own checksums tell. */
const packaged = /^\/usr\/(bin|sbin|lib|libexec)\//;

export const unitsRunPinned = defineCheck({
  id: 'binaries.units-run-pinned',
  title: 'the units of the validator run pinned binaries',
  why: 'A binary copied to /usr/local/bin or a home has no pin, no signature and no way back.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'Declare it under binaries in valops.yaml, install it (valops sync pin <NAME>; valops sync <NAME>), and name <PREFIX>/bin/<NAME> in ExecStart.',
  needs: ({ units, binariesPrefix }) => ({ programs: binariesProgramsOf(units, binariesPrefix) }),
  evaluate: ({ programs: { units, real } }, policy, { name }) => {
    if (units === null) return [{ status: 'skip', subject: name, evidence: 'systemd does not run' }];
    if (policy.units.length === 0)
      return [{ status: 'skip', subject: name, evidence: 'valops.yaml declares no audit.units' }];
    return units.flatMap(({ name: unit, load, programs, file }): readonly Judgement[] => {
      if (load !== 'loaded') return [{ status: 'skip', subject: unit, evidence: `the unit is ${load}` }];
      if (programs.length === 0) return [{ status: 'skip', subject: unit, evidence: 'it runs no program' }];
      return programs.map((program) => {
        const path = real[program] ?? program;
        const good = path.startsWith(`${policy.binariesPrefix}/`) || packaged.test(path);
        return {
          status: good ? 'pass' : 'fail',
          subject: `${unit} ${program}`,
          expected: `below ${policy.binariesPrefix}, or of a package`,
          actual: path,
          ...(file === null ? {} : { file }),
        };
      });
    });
  },
});
