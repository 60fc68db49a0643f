import { persistenceLines } from '../../../facts/persistence/lines.ts';
import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeLines, linesOutsidePackages } from '../../place-lines.ts';

export const packageHooks = defineCheck({
  id: 'persistence.package-hooks',
  title: 'no hook that no package brought runs with apt or dpkg',
  why: 'It runs as root at each update, and updates are what an operator does when something seems wrong.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('none outside of packages', 'apt.conf(5), dpkg(1)'),
  remediation: 'sed -n <LINE>p <FILE>; when nobody knows it: rm <FILE>',
  needs: { lines: persistenceLines, places: persistencePlaces },
  evaluate: ({ lines, places }, _policy, { name: host }) =>
    judgeLines(
      linesOutsidePackages(lines, places, ['package-hook']),
      () => ({ expected: 'no program', actual: 'runs a program with each update' }),
      host,
    ),
});
