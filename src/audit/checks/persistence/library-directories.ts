import { persistenceLoader } from '../../../facts/persistence/loader.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { weaknessOf } from '../../guarded-judgement.ts';
import { orPass } from '../../or-pass.ts';

export const libraryDirectories = defineCheck({
  id: 'persistence.library-directories',
  title: 'libraries are looked for only where root alone can put them',
  why: 'A library of the same name that is found first runs in every program that links it, those of root as well.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('directories of root, not writable by others', 'ldconfig(8)'),
  remediation:
    'take it out of /etc/ld.so.conf.d and run ldconfig, or: chown root:root <DIRECTORY> && chmod go-w <DIRECTORY>',
  needs: { loader: persistenceLoader },
  evaluate: ({ loader: { directories } }, _policy, { name: host }) =>
    orPass(
      directories
        .filter(({ weak }) => weak.length > 0)
        .map((one) => ({
          status: 'fail',
          subject: one.path,
          expected: 'root alone',
          actual: weaknessOf(one),
          file: one.file,
        })),
      host,
      `${directories.length} directories`,
    ),
});
