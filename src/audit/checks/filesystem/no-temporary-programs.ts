import { filesystemTemporaryPrograms } from '../../../facts/filesystem/temporary-programs.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

export const noTemporaryPrograms = defineCheck({
  id: 'filesystem.no-temporary-programs',
  title: 'there are no programs in directories everybody may write to',
  why: 'A validator host has no reason to run programs from there; an intruder has no other place at first.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth('none', 'FHS 3.0: /tmp, /var/tmp'),
  remediation: 'ls -l <FILE>; sha256sum <FILE>; fuser -v <FILE>; keep a copy for the incident, then rm <FILE>',
  needs: { programs: filesystemTemporaryPrograms },
  evaluate: ({ programs }, _policy, { name: host }) =>
    orPass(
      programs.map((path) => ({
        status: 'fail',
        subject: path,
        expected: 'no executable file',
        actual: 'executable',
        file: path,
      })),
      host,
      'none',
    ),
});
