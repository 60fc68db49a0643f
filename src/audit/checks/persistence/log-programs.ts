import { persistenceLines } from '../../../facts/persistence/lines.ts';
import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeLines, linesOutsidePackages } from '../../place-lines.ts';

export const logPrograms = defineCheck({
  id: 'persistence.log-programs',
  title: 'the log daemon runs no programs',
  why: 'Whoever can write to the log, by a failed login for instance, then feeds a program of root.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth('no omprog, no ^program', 'rsyslog.conf(5)'),
  remediation: 'sed -n <LINE>p <FILE>; take it out; systemctl restart rsyslog',
  needs: { lines: persistenceLines, places: persistencePlaces },
  evaluate: ({ lines, places }, _policy, { name: host }) =>
    judgeLines(
      linesOutsidePackages(lines, places, ['log-hook']),
      () => ({ expected: 'no program', actual: 'runs a program for messages' }),
      host,
    ),
});
