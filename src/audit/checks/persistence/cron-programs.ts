import { persistenceCron } from '../../../facts/persistence/cron.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { weaknessOf } from '../../guarded-judgement.ts';
import { orPass } from '../../or-pass.ts';

export const cronPrograms = defineCheck({
  id: 'persistence.cron-programs',
  title: 'what cron runs as root is changed by root alone',
  why: 'A script of a service account in the table of root is root for that account within the hour.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('file and directories above owned by root, not writable by others', 'crontab(5)'),
  remediation:
    'install -o root -g root -m 0755 <PROGRAM> /usr/local/sbin/, and name that in <FILE>; or let it run as the user it is of',
  needs: { cron: persistenceCron },
  evaluate: ({ cron: { jobs, programs } }, _policy, { name: host }) => {
    const weak = new Map(programs.filter((one) => one.weak.length > 0).map((one) => [one.path, one]));
    return orPass(
      jobs
        .filter(({ user }) => user === 'root')
        .flatMap(({ path, line, programs: own }) =>
          own.flatMap((program) => {
            const found = weak.get(program);
            if (found === undefined) return [];
            return [
              {
                status: 'fail' as const,
                subject: program,
                expected: 'root alone',
                actual: weaknessOf(found),
                file: `${path}:${line}`,
              },
            ];
          }),
        ),
      host,
      `${jobs.length} jobs`,
    );
  },
});
