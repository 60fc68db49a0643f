import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeStrangers, strangersIn } from '../../strangers.ts';

export const generators = defineCheck({
  id: 'persistence.generators',
  title: 'generators of systemd are of packages',
  why: 'A generator runs as root before everything else at each boot, and makes units that are in no directory afterwards.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('none of no package', 'systemd.generator(7)'),
  remediation: 'cat <FILE>; keep a copy for the incident, then rm <FILE> && systemctl daemon-reload',
  needs: { facts: persistencePlaces },
  evaluate: ({ facts }, _policy, { name: host }) => judgeStrangers(strangersIn(facts, ['generator']), host),
});
