import { filesystemMounts } from '../../../facts/filesystem/mounts.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

const counting = ['nosuid', 'nodev', 'noexec', 'ro', 'noatime'];

export const mountedAsDeclared = defineCheck({
  id: 'filesystem.mounted-as-declared',
  title: 'every file system of /etc/fstab is mounted, and as it says',
  why: 'A ledger or backup disk that is not there fills the root disk instead; one that fell back to read-only has failed.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('mounted with the options declared', 'fstab(5)'),
  remediation: 'systemctl daemon-reload && mount -a; dmesg | grep -i "remount"; mount -o remount <PATH>',
  needs: { facts: filesystemMounts },
  evaluate: ({ facts: { mounts, fstab } }, _policy, { name: host }) => {
    const wanted = fstab.filter(
      ({ path, type, options }) =>
        path.startsWith('/') &&
        type !== 'swap' &&
        !options.includes('noauto') &&
        !options.some((one) => one.startsWith('x-systemd.automount')),
    );
    const disks = mounts.filter(({ type }) => /^(?:ext[234]|xfs|btrfs|zfs|f2fs)$/.test(type));
    const fallen = disks.filter(
      ({ path, options }) =>
        options[0] === 'ro' &&
        ['/', '/var', '/home'].includes(path) &&
        !wanted.some((one) => one.path === path && one.options.includes('ro')),
    );
    const found = wanted.flatMap(({ path, options, line }) => {
      const mount = mounts.findLast((one) => one.path === path);
      const common = { status: 'fail' as const, subject: path, file: `/etc/fstab:${line}` };
      if (mount === undefined)
        return [{ ...common, expected: 'mounted', actual: options.join(','), running: 'not mounted' }];
      const lacking = counting.filter((option) => options.includes(option) && !mount.options.includes(option));
      if (lacking.length === 0) return [];
      return [{ ...common, expected: lacking.join(', '), actual: options.join(','), running: mount.options.join(',') }];
    });
    return orPass(
      [
        ...found,
        ...fallen
          .filter(({ path }) => found.every(({ subject }) => subject !== path))
          .map(({ path, options }) => ({
            status: 'fail' as const,
            subject: path,
            expected: 'rw',
            running: options.join(','),
            file: '/etc/fstab',
          })),
      ],
      host,
      `${wanted.length} declared`,
    );
  },
});
