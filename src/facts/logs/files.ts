import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface LogFile {
  readonly path: string;
  /** Octal, four digits at most. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly size: number;
}

export interface LogFiles {
  /** Files below /var/log that others may write, or others may read though they tell of logins, or that are above 1 GiB. */
  readonly odd: readonly LogFile[];
  /** Places of records that are links to /dev/null or the like, with where they lead. */
  readonly discarded: readonly { readonly path: string; readonly target: string }[];
  /** Whether the search was cut off. */
  readonly cut: boolean;
  /** logrotate: whether it is installed, its timer, when it last ran (RFC 3339); null where it never did. */
  readonly rotation: {
    readonly installed: boolean;
    readonly timer: string;
    readonly cron: boolean;
    readonly last: string | null;
  };
  /** Lines of rsyslog's configuration that matter: modes, remote input and output, by file and line; null: not installed. */
  readonly rsyslog: readonly { readonly file: string; readonly text: string }[] | null;
  /** State of auditd: `active`, `inactive`, `not-installed`; and its rules in force, null where the kernel does not tell. */
  readonly audit: { readonly state: string; readonly rules: readonly string[] | null };
}

/** Files of the search, at most. */
const limit = 500;

export const logsFiles: Question<LogFiles> = {
  id: 'logs.files',
  family: 'logs',
  title: 'log files: modes, size, rotation; rsyslog and auditd',
  script: () => `${partFunctions}
odd() {
  timeout 8 find /var/log -xdev -path /var/log/journal -prune -o -type f \\( -perm /0002 -o -size +1048576k \\
    -o -perm /0004 \\( -name 'auth.log*' -o -name 'secure*' -o -name 'btmp*' -o -name 'audit.log*' -o -name 'sudo*.log*' \\) \\) \\
    -printf '%m %u %g %s %p\\0' | tr '\\n\\0' '?\\n' | head -n ${limit + 1}
}
part odd odd
discarded() {
  for path in /var/log /var/log/journal /var/log/auth.log /var/log/syslog /var/log/wtmp /var/log/btmp /var/log/lastlog \\
    /var/log/audit /var/log/audit/audit.log /root/.bash_history /home/*/.bash_history; do
    [ ! -L "$path" ] || printf '%s\\t%s\\n' "$path" "$(readlink -f -- "$path" | tr '\\n\\t' '??' | sed 's/?$//')"
  done
}
part discarded discarded
if command -v logrotate >/dev/null; then
  part rotation stat -c %Y /var/lib/logrotate/status
  timer() { systemctl is-enabled logrotate.timer 2>/dev/null; systemctl is-active logrotate.timer 2>/dev/null; :; }
  part timer timer
  cron() { [ -x /etc/cron.daily/logrotate ] && echo yes; :; }
  part cron cron
fi
if command -v rsyslogd >/dev/null; then
  rsyslog() {
    # shellcheck disable=SC2016
    grep -asnHiE '^[[:space:]]*(\\$FileCreateMode|\\$Umask|\\$(UDP|TCP)ServerRun|\\$InputTCPServerRun|module\\(.*load="im(udp|tcp|relp)"|input\\(.*type="im(udp|tcp|relp)"|.*[[:space:]]@@?[A-Za-z0-9\\[(]|.*type="omfwd"|.*type="omrelp")' \\
      /etc/rsyslog.conf /etc/rsyslog.d/*.conf
    :
  }
  part rsyslog rsyslog
fi
if command -v auditctl >/dev/null; then
  state() { systemctl is-active auditd 2>/dev/null || pidof auditd >/dev/null && echo running; :; }
  part auditd state
  part rules timeout 5 auditctl -l
fi`,
  privileged: true,
  timeout: 25,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const lines = (name: string): readonly string[] => parts.get(name)?.text.split('\n').filter(Boolean) ?? [];
    const search = partOf(parts, 'odd');
    const odd = lines('odd').flatMap((line): readonly LogFile[] => {
      const [, mode, owner, group, size, path] = /^(\d+) (\S+) (\S+) (\d+) (\/.*)$/s.exec(line) ?? [];
      if (mode === undefined || owner === undefined || group === undefined || path === undefined) return [];
      return [{ path, mode, owner, group, size: Number(size) }];
    });
    partOf(parts, 'discarded');
    const last = Number(lines('rotation')[0]);
    const rules = parts.get('rules');
    return {
      odd: odd.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      cut: search.status !== 0 || odd.length > limit,
      discarded: lines('discarded').flatMap((line) => {
        const [path, target] = line.split('\t');
        return path === undefined || target === undefined ? [] : [{ path, target }];
      }),
      rotation: {
        installed: parts.has('rotation'),
        timer: lines('timer').join(', '),
        cron: lines('cron').length > 0,
        last: Number.isSafeInteger(last) && last > 0 ? new Date(last * 1000).toISOString() : null,
      },
      rsyslog: parts.has('rsyslog')
        ? lines('rsyslog').flatMap((line) => {
            const [, file, text] = /^(\/.*?:\d+):\s*(.*)$/.exec(line) ?? [];
            return file === undefined || text === undefined ? [] : [{ file, text: text.trim() }];
          })
        : null,
      audit: {
        state: parts.has('auditd') ? (lines('auditd')[0] ?? 'inactive') : 'not-installed',
        rules: rules === undefined || rules.status !== 0 ? null : lines('rules').filter((line) => line.startsWith('-')),
      },
    };
  },
};
