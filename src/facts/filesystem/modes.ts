import type { Question } from '../../core/fact.ts';
import type { FileMetadata } from '../file-metadata.ts';

export interface NamedFile extends FileMetadata {
  readonly path: string;
}

const accounts = ['passwd', 'group', 'shadow', 'gshadow'].flatMap((name) => [`/etc/${name}`, `/etc/${name}-`]);
const others = [
  ...['opasswd', 'opasswd.old'].map((name) => `/etc/security/${name}`),
  ...['shells', 'crontab', 'cron.d', 'cron.hourly', 'cron.daily', 'cron.weekly', 'cron.monthly', 'cron.yearly'].map(
    (name) => `/etc/${name}`,
  ),
  ...[
    'cron.allow',
    'cron.deny',
    'at.allow',
    'at.deny',
    'hosts',
    'hosts.allow',
    'resolv.conf',
    'fstab',
    'subuid',
    'subgid',
  ].map((name) => `/etc/${name}`),
  ...['/boot', '/boot/grub/grub.cfg', '/boot/grub/user.cfg', '/boot/grub/grubenv', '/boot/efi'],
  ...[
    '/',
    '/root',
    '/etc',
    '/usr',
    '/var',
    '/home',
    '/opt',
    '/srv',
    '/var/log',
    '/var/lib',
    '/var/spool/cron/crontabs',
  ],
  ...['/tmp', '/var/tmp', '/dev/shm'],
];

/** Who may do what with the files and directories that everything else rests on. Those that are not there are left out. */
export const filesystemModes: Question<readonly NamedFile[]> = {
  id: 'filesystem.modes',
  family: 'filesystem',
  title: 'modes and owners of account files, schedulers, boot files and top directories',
  script: () => `stat -L -c '%a %U %G %F|%n' -- ${[...accounts, ...others].join(' ')} 2>/dev/null
echo end`,
  privileged: false,
  timeout: 10,
  parse: ({ stdout }) => {
    const lines = stdout.split('\n').filter(Boolean);
    if (lines.pop() !== 'end' || lines.length === 0) throw new Error('stat listed nothing');
    return lines.map((line) => {
      const [, mode = '', owner = '', group = '', type, path] = /^(\d+) (\S+) (\S+) ([^|]*)\|(.*)$/.exec(line) ?? [];
      if (path === undefined) throw new Error(`stat printed what cannot be read: ${JSON.stringify(line)}`);
      const kind = type?.startsWith('regular') === true ? 'file' : type === 'directory' ? 'directory' : 'other';
      return { path, mode: mode.padStart(4, '0'), owner, group, type: kind };
    });
  },
};
