import { filesystemModes } from '../../../facts/filesystem/modes.ts';
import { isRootOnly } from '../../../facts/root-only.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';

const shared = new Set(['/tmp', '/var/tmp', '/dev/shm']);
const others = new Set([
  '/',
  '/root',
  '/etc',
  '/usr',
  '/var',
  '/home',
  '/opt',
  '/srv',
  '/var/lib',
  '/boot',
  '/boot/efi',
]);
const boot = /^\/boot\/grub\/(?:grub|user)\.cfg$/;

export const topDirectories = defineCheck({
  id: 'filesystem.top-directories',
  title: "directories above everything are root's, shared ones sticky, and the boot menu is changed by root alone",
  why: 'Who may write to a directory renames what is in it, whoever that belongs to.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth(
    'owner root, not writable by others; /root closed; /tmp 1777',
    'FHS 3.0; CIS Ubuntu 24.04 1.4.2',
  ),
  remediation: 'chown root:root <PATH> && chmod go-w <PATH>; chmod 1777 /tmp /var/tmp /dev/shm; chmod 0700 /root',
  needs: { files: filesystemModes },
  evaluate: ({ files }) =>
    files.flatMap((file) => {
      const { path, mode, owner, group } = file;
      const bits = Number.parseInt(mode, 8);
      const common = { subject: path, actual: `${mode} ${owner}:${group}`, file: path };
      if (shared.has(path))
        return [
          {
            ...common,
            status: owner === 'root' && (bits & 0o1002) !== 0o0002 ? 'pass' : 'fail',
            expected: 'owner root, sticky (1777)',
          },
        ];
      if (!others.has(path) && !boot.test(path)) return [];
      const closed = path !== '/root' || (bits & 0o007) === 0;
      return [
        {
          ...common,
          status: isRootOnly(file) && closed ? 'pass' : 'fail',
          expected: path === '/root' ? 'owner root, closed for others' : 'owner root, not writable by others',
        },
      ];
    }),
});
