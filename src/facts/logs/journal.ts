import type { Question } from '../../core/fact.ts';
import { timeOfRecord } from '../accepted-logins.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface Journal {
  /** Settings of journald.conf(5) that are set, drop-ins included, by name; the last counts. */
  readonly settings: Readonly<Record<string, { readonly value: string; readonly file: string }>>;
  /** Whether it writes to /var/log/journal now, or only to memory. */
  readonly onDisk: boolean;
  /** RFC 3339, the oldest record; null: there is none. */
  readonly since: string | null;
  /** When this system was first booted, at the latest (birth of its machine id and host key): RFC 3339; null: not told. */
  readonly installed: string | null;
  /** Bytes: of the file system with /var/log, and its free ones; of the journal. */
  readonly disk: { readonly size: number; readonly free: number } | null;
  readonly used: number | null;
  /** Octal, of the directories and files of the stored journal that others than root and its group may read or write. */
  readonly open: readonly { readonly path: string; readonly mode: string }[];
  /** Alarms of the kernel in the last 8 days, at most 200 of each kind, the newest line of each. */
  readonly alarms: readonly { readonly kind: string; readonly count: number; readonly last: string }[];
  /** Whether the kernel's records are seen: a container has none. */
  readonly kernel: boolean;
}

/** What a kernel says when memory, disks or the machine give out. */
const alarms = {
  'out of memory': 'Out of memory: |oom-kill:|Killed process',
  'disk errors':
    'I/O error|EXT4-fs error|XFS .*(corruption|error)|BTRFS (error|critical)|Remounting filesystem read-only|critical (medium|target) error',
  'machine checks': 'Machine check|\\[Hardware Error\\]|EDAC .*[CU]E ',
  'hung tasks': 'blocked for more than [0-9]+ seconds|soft lockup|hard LOCKUP|rcu.*stall',
};

/** The journal of systemd: where it is kept, how far it goes back, and what it says of the machine. */
export const logsJournal: Question<Journal> = {
  id: 'logs.journal',
  family: 'logs',
  title: 'the journal: settings, storage, reach, alarms of the kernel',
  script: () => `${partFunctions}
command -v journalctl >/dev/null || { echo 'there is no journal: systemd does not run' >&2; exit 127; }
part now date +%s
settings() {
  for directory in /etc /run /usr/local/lib /usr/lib /lib; do
    set -- "$directory"/systemd/journald.conf "$directory"/systemd/journald.conf.d/*.conf
    for path do [ ! -f "$path" ] || echo "$path"; done
  done | xargs -r grep -anHE '^[[:space:]]*[A-Za-z]+[[:space:]]*='
  :
}
part settings settings
stored=no
id=$(cat /etc/machine-id 2>/dev/null)
[ -z "$id" ] || [ ! -f "/var/log/journal/$id/system.journal" ] || [ -f "/run/log/journal/$id/system.journal" ] || stored=yes
part stored echo "$stored"
oldest() { journalctl -q --no-pager -o short-unix 2>/dev/null | head -n 1; }
part oldest oldest
part installed stat -c %W /etc/machine-id /etc/ssh/ssh_host_ed25519_key
part disk df -PB1 /var/log
used() { du -sb /var/log/journal /run/log/journal 2>/dev/null; :; }
part used used
open() { find /var/log/journal -xdev \\( -type d -perm /0002 -o -type f -perm /0007 \\) -printf '%m %p\\n' 2>/dev/null | head -n 50; }
part open open
kernel() { journalctl -q --no-pager -k -n 1 -o short-unix --since '-400 days' 2>/dev/null | head -n 1; }
part kernel kernel
alarms() {
  { journalctl -q --no-pager -k -o short-iso --since '-8 days' -n 100000 -p 6 2>/dev/null || echo '!failed'; } | awk '
$0 == "!failed" { print; next }
/ segfault at | traps: |trap invalid opcode/ { next } # a program chooses its name
${Object.entries(alarms)
  .map(
    ([kind, pattern]) => `/${pattern.replaceAll('/', '\\/')}/ { n["${kind}"]++; last["${kind}"] = substr($0, 1, 300) }`,
  )
  .join('\n')}
END { for (kind in n) printf "%s\\t%d\\t%s\\n", kind, n[kind], last[kind] }'
}
part alarms alarms`,
  privileged: true,
  timeout: 25,
  parse: ({ stdout, stderr }) => {
    const parts = readParts(stdout);
    if (parts.size === 0) throw new Error(stderr.trim() || 'the journal was not asked');
    const now = Number(partOf(parts, 'now').text);
    const lines = (name: string): readonly string[] => partOf(parts, name).text.split('\n').filter(Boolean);
    const [, size, , free] = lines('disk')[1]?.split(/\s+/) ?? [];
    const births = lines('installed')
      .map(Number)
      .filter((seconds) => seconds > 0);
    const kernel = partOf(parts, 'kernel').text !== '';
    if (kernel && lines('alarms').includes('!failed'))
      throw new Error('the records of the kernel could not all be read');
    const used = lines('used').map((line) => Number(line.split('\t')[0]));
    return {
      settings: readSettings(lines('settings')),
      onDisk: partOf(parts, 'stored').text === 'yes',
      since: timeOfRecord(partOf(parts, 'oldest').text, now),
      installed: births.length === 0 ? null : new Date(Math.max(...births) * 1000).toISOString(),
      disk: size === undefined || free === undefined ? null : { size: Number(size), free: Number(free) },
      used: used.length === 0 ? null : used.reduce((sum, bytes) => sum + bytes, 0),
      open: lines('open').flatMap((line) => {
        const [, mode, path] = /^(\d+) (\/.*)$/.exec(line) ?? [];
        return mode === undefined || path === undefined ? [] : [{ path, mode }];
      }),
      alarms: lines('alarms').flatMap((line) => {
        const [kind = '', count = '', last = ''] = line.split('\t');
        return /^\d+$/.test(count) ? [{ kind, count: Number(count), last }] : [];
      }),
      kernel,
    };
  },
};

/** The main file first, then drop-ins by their own name, whatever the directory: journald.conf(5). */
function readSettings(lines: readonly string[]): Journal['settings'] {
  const all = lines.flatMap((line) => {
    const [, path, number, name, value] = /^(\/.*?):(\d+):\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (path === undefined || name === undefined || value === undefined) return [];
    const isDropIn = path.includes('.conf.d/');
    return [
      { name, value, file: `${path}:${number}`, order: isDropIn ? `1${path.slice(path.lastIndexOf('/'))}` : '0' },
    ];
  });
  const sorted = all.toSorted((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
  return Object.fromEntries(sorted.map(({ name, value, file }) => [name, { value, file }]));
}
