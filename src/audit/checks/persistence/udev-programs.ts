import { persistenceLines } from '../../../facts/persistence/lines.ts';
import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeLines, linesOutsidePackages } from '../../place-lines.ts';

export const udevPrograms = defineCheck({
  id: 'persistence.udev-programs',
  title: 'no rule of udev that no package brought runs a program',
  why: 'It runs as root at boot and whenever a device comes or goes, and no list of services shows it.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('none outside of packages', 'udev(7), RUN'),
  remediation: 'sed -n <LINE>p <FILE>; when nobody knows it: rm <FILE> && udevadm control --reload',
  needs: { lines: persistenceLines, places: persistencePlaces },
  evaluate: ({ lines, places }, _policy, { name: host }) =>
    judgeLines(
      linesOutsidePackages(lines, places, ['udev-hook']),
      () => ({ expected: 'no program', actual: 'runs a program when a device appears' }),
      host,
    ),
});
