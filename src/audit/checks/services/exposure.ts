import { servicesExposure } from '../../../facts/services/exposure.ts';
import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { judgeUnits } from '../../declared-units.ts';

/** Tenths: "MEDIUM" and better in the words of systemd-analyze. */
const atMost = 64;

export const exposure = defineCheck({
  id: 'services.exposure',
  title: 'the sandbox of the validator is not full of holes',
  why: 'One number over all that a unit leaves open: it tells when a sandbox was loosened for an afternoon and forgotten.',
  severity: 'low',
  cadence: 'monthly',
  expectations: { validator: { want: `at most ${atMost / 10}`, source: 'systemd-analyze(1), security' } },
  remediation: 'See what counts most: systemd-analyze security <UNIT>',
  needs: { units: servicesUnits, scores: servicesExposure },
  evaluate: ({ units, scores }, policy, { name }) =>
    judgeUnits(policy, units, name, (unit) => {
      const score = scores[unit.name];
      if (score === undefined) return { status: 'unknown', evidence: 'systemd-analyze told no score of it' };
      return {
        status: score <= atMost ? 'pass' : 'fail',
        expected: `at most ${atMost / 10} of 10`,
        actual: (score / 10).toFixed(1),
      };
    }),
});
