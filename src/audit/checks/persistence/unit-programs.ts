import { persistenceUnitPrograms } from '../../../facts/persistence/unit-programs.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { weaknessOf } from '../../guarded-judgement.ts';
import { orPass } from '../../or-pass.ts';

export const unitPrograms = defineCheck({
  id: 'persistence.unit-programs',
  title: 'what units run as root is changed by root alone',
  why: 'A unit of root whose program lies in the home of the validator gives root to whoever breaks into the validator.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('file and directories above owned by root, not writable by others', 'systemd.exec(5)'),
  remediation: 'set User= in the unit, or install -o root -g root -m 0755 <PROGRAM> /usr/local/sbin/ and name that',
  needs: { units: persistenceUnitPrograms },
  evaluate: ({ units: { commands, programs } }, _policy, { name: host }) => {
    const weak = new Map(programs.filter((one) => one.weak.length > 0).map((one) => [one.path, one]));
    return orPass(
      commands
        .filter(({ user }) => user === 'root' || user === '0')
        .flatMap(({ unit, file, programs: own }) =>
          own.flatMap((program) => {
            const found = weak.get(program);
            if (found === undefined) return [];
            return [
              {
                status: 'fail' as const,
                subject: `${unit} ${program}`,
                expected: 'root alone',
                actual: weaknessOf(found),
                file,
              },
            ];
          }),
        ),
      host,
      `${commands.length} commands of units outside of packages`,
    );
  },
});
