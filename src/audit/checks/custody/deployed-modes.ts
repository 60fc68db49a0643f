import { custodyPlacesOf } from '../../../facts/custody/places.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { isDeclaredPlace, plainKeysOf } from '../../plain-keys-judged.ts';

const want = { want: 'a file, 0600 or less, owned by root or a service user', source: 'valops: identity restore' };

export const deployedModes = defineCheck({
  id: 'custody.deployed-modes',
  title: 'the deployed keys are read by the validator and root alone',
  why: 'The deployed key is the one key in clear: every other account that reads it can sign in its name.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'chown <SERVICE USER>: <FILE> && chmod 0600 <FILE>; if others could read it, treat the key as lost: valops runbook list',
  needs: (policy) => ({ places: custodyPlacesOf(policy.keyPlaces), ...plainKeysOf(policy) }),
  evaluate: ({ places, found }, policy, { name }) => {
    if (places.length === 0)
      return [{ status: 'skip', subject: name, evidence: 'valops.yaml declares no audit.keyPlaces' }];
    const known = new Set(found.keys.filter(({ path }) => isDeclaredPlace(path, policy)).map(({ path }) => path));
    return places.flatMap(({ path, entries }): readonly Judgement[] => {
      const files = entries.filter((one) => known.has(one.path) || (one.path === path && one.type !== 'directory'));
      if (files.length === 0) {
        const evidence = entries.length === 0 ? 'nothing is there' : 'no key that is known by its content';
        return [{ status: 'skip', subject: path, evidence }];
      }
      return files.map(({ path: file, mode, owner, type, links }) => {
        const owners = ['root', ...policy.serviceUsers];
        const good = type === 'file' && (parseInt(mode, 8) & 0o077) === 0 && owners.includes(owner) && links === 1;
        return {
          status: good ? 'pass' : 'fail',
          subject: file,
          expected: `0600 or less, owned by ${owners.join(' or ')}, one name`,
          actual: `${owner} ${mode}${type === 'file' ? '' : `, a ${type}`}${links > 1 ? `, ${links} names` : ''}`,
          file,
        };
      });
    });
  },
});
