import { defineCheck } from '../../check.ts';
import { isDeclaredPlace, judgeStrayKeys, plainKeysOf } from '../../plain-keys-judged.ts';

const want = { want: 'in $VALOPS_HOME/age and the declared places only', source: 'valops: custody' };

export const noPlainAgeKeys = defineCheck({
  id: 'custody.no-plain-age-keys',
  title: 'no age key lies in clear where none may be',
  why: 'One age key left in a home or in /tmp opens every backup sealed to it, years later and on any machine.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'Find out who put it there, rotate it (valops keys rotate <SEALED FILES>), then: shred -u <FILE>. Declare a place that is meant to hold one under audit.keyPlaces.',
  needs: plainKeysOf,
  evaluate: ({ found }, policy, { name }) =>
    judgeStrayKeys(
      found,
      ['age'],
      ({ path }) => path.startsWith(`${policy.home}/age/`) || isDeclaredPlace(path, policy),
      name,
    ),
});
