import { filesystemPermissions } from '../../../facts/filesystem/permissions.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeOddFiles } from '../../odd-files.ts';

export const nothingUnowned = defineCheck({
  id: 'filesystem.nothing-unowned',
  title: 'every file belongs to a user and a group that exist',
  why: 'The next account that gets the number owns them, keys among them.',
  severity: 'low',
  cadence: 'monthly',
  expectations: ofBoth('an owner and a group with a name', 'CIS Ubuntu 24.04 7.1.12'),
  remediation: 'chown root:root <PATH>, or remove it',
  needs: { odd: filesystemPermissions },
  evaluate: ({ odd }, _policy, { name: host }) =>
    judgeOddFiles(odd, 'no-owner', 'an owner and a group with a name', host),
});
