import { filesystemPrograms } from '../../../facts/filesystem/programs.ts';
import { loginGroups } from '../../../facts/login/groups.ts';
import { loginUsers } from '../../../facts/login/users.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

export const programsAreRoots = defineCheck({
  id: 'filesystem.programs-are-roots',
  title: 'programs and libraries are changed by root alone',
  why: 'A program that the account of a service may overwrite is run by root, or by the validator with its key, soon enough.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('owner root, not writable by others', 'Debian policy 10.9'),
  remediation: 'chown -R root:root <PATH> && chmod -R go-w <PATH>',
  needs: { programs: filesystemPrograms, groups: loginGroups, users: loginUsers },
  evaluate: ({ programs, groups, users }, _policy, { name: host }) => {
    // Debian gives /usr/local to the group staff, which has no members
    const nobody = new Set(
      groups
        .filter(({ gid, members }) => members.length === 0 && users.every((user) => user.gid !== gid))
        .map(({ name }) => name),
    );
    const found = programs.filter(
      ({ mode, owner, group }) => owner !== 'root' || (Number.parseInt(mode, 8) & 0o002) !== 0 || !nobody.has(group),
    );
    const shown = found.slice(0, 50);
    return orPass(
      shown.map(({ path, mode, owner, group }) => ({
        status: 'fail',
        subject: path,
        expected: 'owner root, not writable by others',
        actual: `${mode} ${owner}:${group}`,
        file: path,
        ...(found.length > shown.length ? { evidence: `one of ${found.length}; 50 are shown` } : {}),
      })),
      host,
      'all of root',
    );
  },
});
