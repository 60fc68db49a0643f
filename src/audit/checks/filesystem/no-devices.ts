import { filesystemPermissions } from '../../../facts/filesystem/permissions.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeOddFiles } from '../../odd-files.ts';

export const noDevices = defineCheck({
  id: 'filesystem.no-devices',
  title: 'there are no device nodes outside of /dev',
  why: 'A copy of the node of a disk reads and writes every file on it, past all modes.',
  severity: 'high',
  cadence: 'monthly',
  expectations: ofBoth('none', 'mount(8), nodev'),
  remediation: 'ls -l <PATH>; rm <PATH>',
  needs: { odd: filesystemPermissions },
  evaluate: ({ odd }, _policy, { name: host }) => judgeOddFiles(odd, 'device', 'none', host),
});
