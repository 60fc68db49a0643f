import { persistenceLines } from '../../../facts/persistence/lines.ts';
import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeLines, linesOutsidePackages } from '../../place-lines.ts';

export const moduleCommands = defineCheck({
  id: 'persistence.module-commands',
  title: 'no program runs in the place of a kernel module',
  why: 'An "install" line of modprobe runs anything as root when the module is asked for; only /bin/false and /bin/true keep one out.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('no install or remove line but false or true', 'modprobe.d(5)'),
  remediation: 'sed -n <LINE>p <FILE>; keep a module out by: install <MODULE> /bin/false',
  needs: { lines: persistenceLines, places: persistencePlaces },
  evaluate: ({ lines, places }, _policy, { name: host }) =>
    judgeLines(
      linesOutsidePackages(lines, places, ['module-hook']),
      () => ({ expected: 'no program', actual: 'runs a program in the place of a module' }),
      host,
    ),
});
