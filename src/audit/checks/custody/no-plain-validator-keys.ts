import { dirname } from 'node:path/posix';
import { defineCheck } from '../../check.ts';
import { isDeclaredPlace, judgeStrayKeys, plainKeysOf } from '../../plain-keys-judged.ts';

const want = { want: 'in the places of audit.keyPlaces only', source: 'valops: custody; agave docs: best practices' };

export const noPlainValidatorKeys = defineCheck({
  id: 'custody.no-plain-validator-keys',
  title: 'no key of a validator lies in clear but where it is deployed',
  why: 'A copy of the signing key in a home or in /tmp is a second validator waiting to sign twice, or the theft itself.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'Is it where the validator reads it from? Declare it under audit.keyPlaces. Else find out who put it there, and: shred -u <FILE>',
  needs: plainKeysOf,
  evaluate: ({ found }, policy, { name }) =>
    judgeStrayKeys(
      found,
      ['solana', 'cometbft', 'identity-secret'],
      ({ path }) =>
        isDeclaredPlace(path, policy) ||
        // a node has to keep it beside the key that is declared
        (path.endsWith('/node_key.json') && policy.keyPlaces.some((place) => dirname(place) === dirname(path))),
      name,
    ),
});
