import { filesystemMounts } from '../../../facts/filesystem/mounts.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const places = ['/tmp', '/var/tmp', '/dev/shm', '/home', '/var/log', '/var/log/audit'];
const own: readonly string[] = ['/tmp', '/dev/shm'];

export const mountOptions = defineCheck({
  id: 'filesystem.mount-options',
  title: 'file systems that everybody may write to take no setuid bits and no devices',
  why: 'What an intruder brings along is put into /tmp or /dev/shm first, and started from there.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: {
    validator: {
      want: 'nosuid and nodev where it is a mount of its own',
      source: 'mount(8); systemd, API file systems',
    },
    'cis-l1': { want: '/tmp and /dev/shm apart, nosuid, nodev, noexec', source: 'CIS Ubuntu 24.04 1.1.2.1, 1.1.2.2' },
  },
  remediation:
    'mount -o remount,nosuid,nodev <PATH>, and the same options in /etc/fstab; for /tmp: systemctl enable --now tmp.mount',
  needs: { facts: filesystemMounts },
  evaluate: ({ facts: { mounts, fstab } }, { profile }) =>
    places.flatMap((path): readonly Judgement[] => {
      const mount = mounts.findLast((one) => one.path === path);
      const declared = fstab.findLast((one) => one.path === path);
      const strict = profile === 'cis-l1';
      if (mount === undefined) {
        if (!own.includes(path)) return [];
        return strict
          ? [
              {
                status: 'fail',
                subject: path,
                expected: 'a mount of its own',
                actual: 'part of another file system',
                file: '/etc/fstab',
              },
            ]
          : [{ status: 'skip', subject: path, evidence: 'it is no mount of its own' }];
      }
      const wanted = ['nosuid', 'nodev', ...(strict && path !== '/home' ? ['noexec'] : [])];
      const lacking = wanted.filter((option) => !mount.options.includes(option));
      return [
        {
          status: lacking.length === 0 ? 'pass' : 'fail',
          subject: path,
          expected: wanted.join(', '),
          running: mount.options.join(','),
          actual: declared?.options.join(',') ?? 'not in /etc/fstab',
          file: declared === undefined ? '/etc/fstab' : `/etc/fstab:${declared.line}`,
        },
      ];
    }),
});
