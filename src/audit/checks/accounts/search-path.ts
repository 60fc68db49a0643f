import { accountsSearchPath } from '../../../facts/accounts/search-path.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { weaknessOf } from '../../guarded-judgement.ts';
import { orPass } from '../../or-pass.ts';

export const searchPath = defineCheck({
  id: 'accounts.search-path',
  title: 'root looks for programs only where root alone can put them',
  why: 'A directory in the PATH of root to which somebody else may write, or the current one, makes the next "ls" of an operator theirs.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('absolute directories, owned by root, not writable by others', 'CIS Ubuntu 24.04 5.4.2.5'),
  remediation: 'take it out of the PATH, or: chown root:root <DIRECTORY> && chmod go-w <DIRECTORY>',
  needs: { search: accountsSearchPath },
  evaluate: ({ search: { assignments, directories } }, _policy, { name: host }) => {
    const relative = assignments.flatMap(({ value, file }) =>
      value
        .split(':')
        // the empty one is the current directory
        .filter((one) => !/^[/$~%]/.test(one) && value !== '')
        .map((one) => ({
          status: 'fail' as const,
          subject: one || '(empty)',
          expected: 'an absolute path',
          actual: `PATH=${value}`.slice(0, 300),
          file,
        })),
    );
    const weak = directories
      .filter((one) => one.weak.length > 0)
      .map((one) => {
        const named = assignments.find(({ value }) => value.split(':').includes(one.path));
        return {
          status: 'fail' as const,
          subject: one.path,
          expected: 'root alone',
          actual: weaknessOf(one),
          ...(named === undefined ? {} : { file: named.file }),
        };
      });
    if (assignments.length === 0) return [{ status: 'unknown', subject: host, evidence: 'no PATH was found anywhere' }];
    return orPass(
      [...relative, ...weak],
      host,
      `${directories.length} directories in ${assignments.length} assignments`,
    );
  },
});
