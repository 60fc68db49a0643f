import { filesystemPermissions } from '../../../facts/filesystem/permissions.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeOddFiles } from '../../odd-files.ts';

export const nothingWritableByAll = defineCheck({
  id: 'filesystem.nothing-writable-by-all',
  title: 'nothing on disk can be written by everybody',
  why: 'Whatever runs or reads such a file does what any process on the host wants, one of a service that was broken into as well.',
  severity: 'high',
  cadence: 'monthly',
  expectations: ofBoth('not writable by all; a directory with the sticky bit', 'CIS Ubuntu 24.04 7.1.11'),
  remediation: 'chmod o-w <PATH>; for a directory that all share: chmod +t <PATH>',
  needs: { odd: filesystemPermissions },
  evaluate: ({ odd }, _policy, { name: host }) =>
    judgeOddFiles(odd, 'writable-by-all', 'not writable by all; a directory with the sticky bit', host),
});
