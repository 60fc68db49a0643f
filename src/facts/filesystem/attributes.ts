import type { Question } from '../../core/fact.ts';

/** Paths of files and directories by which a host is run or entered and that cannot be changed even by root. */
export interface Attributes {
  /** How many could be looked at; 0 where no file system keeps attributes. */
  readonly looked: number;
  /** With the attribute `i` (immutable) or `a` (append only), by path. */
  readonly fixed: readonly { readonly path: string; readonly attributes: string }[];
}

const directories = [
  '/etc',
  '/etc/cron.d',
  '/etc/systemd/system',
  '/etc/sudoers.d',
  '/etc/pam.d',
  '/etc/ssh',
  '/root',
  '/root/.ssh',
];
const more = ['/usr/bin', '/usr/sbin', '/var/spool/cron/crontabs', '/var/log', '/home/*/.ssh'];

/** Files an intruder makes immutable so that nobody puts them right (chattr(1)). */
export const filesystemAttributes: Question<Attributes> = {
  id: 'filesystem.attributes',
  family: 'filesystem',
  title: 'files that are immutable or append-only',
  script:
    () => `command -v lsattr >/dev/null || { echo 'lsattr is not installed: apt-get install e2fsprogs' >&2; exit 127; }
timeout 10 lsattr -a ${[...directories, ...more].join(' ')} 2>/dev/null | awk '
  $1 ~ /^[-A-Za-z]+$/ && length($1) > 10 { n++; if ($1 ~ /[ia]/) print; }
  END { print "end", n + 0 }'`,
  privileged: true,
  timeout: 15,
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) throw new Error(stderr.trim() || `lsattr ended with ${exitCode}`);
    const lines = stdout.split('\n').filter(Boolean);
    const [, looked] = /^end (\d+)$/.exec(lines.pop() ?? '') ?? [];
    if (looked === undefined) throw new Error('the list of attributes is not whole');
    const fixed = lines.flatMap((line) => {
      const [, attributes = '', path] = /^(\S+) (.*)$/.exec(line) ?? [];
      return path === undefined || /\/\.\.?$/.test(path) ? [] : [{ path, attributes: attributes.replaceAll('-', '') }];
    });
    return { looked: Number(looked), fixed: fixed.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
  },
};
