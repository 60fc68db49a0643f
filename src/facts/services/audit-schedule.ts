import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { type FileMetadata, readMetadata } from '../file-metadata.ts';
import { partFunctions, partOf, readParts, type Parts } from '../parts.ts';

/** A file that makes a host run audits: a unit of systemd or a line of cron. */
export interface ScheduleFile extends FileMetadata {
  readonly path: string;
  readonly text: string;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
}

/** A timer or service `valops-audit-*`, as systemd has it loaded. Times in seconds since 1970. */
export interface ScheduleUnit {
  readonly name: string;
  /** `active`, `inactive`, `activating`, `failed`. */
  readonly active: string;
  /** `enabled`, `disabled`, `static`, `masked`; empty when there is no unit file. */
  readonly enabled: string;
  readonly needsReload: boolean;
  /** Of a timer: when it elapses next; null when it never will. */
  readonly next: number | null;
  /** Of a timer: when it elapsed; null for never. */
  readonly triggered: number | null;
  /** Of a service: `success`, `exit-code`, `timeout`, … of its last run. */
  readonly result: string;
  /** Of a service: exit status of its last run. */
  readonly status: number;
  /** Of a service: when its last run began; null since boot. */
  readonly started: number | null;
}

export interface AuditSchedule {
  /** Whether systemd is the init. */
  readonly systemd: boolean;
  /** Whether a cron daemon is installed, and runs. */
  readonly cron: { readonly installed: boolean; readonly running: boolean };
  readonly files: readonly ScheduleFile[];
  readonly units: readonly ScheduleUnit[];
  /** Whether there is a directory for reports of this machine. */
  readonly home: boolean;
  /** By checklist, when the latest stored report of this machine was made; seconds since 1970. */
  readonly reports: Readonly<Record<string, number>>;
  /** The host's clock, seconds since 1970. */
  readonly now: number;
}

const properties =
  'Id,ActiveState,UnitFileState,NeedDaemonReload,NextElapseUSecRealtime,LastTriggerUSec,Result,ExecMainStatus,ExecMainStartTimestamp';

/** What runs audits on the host by itself, and when it did last. `home`: `VALOPS_HOME` of those runs. */
export function auditSchedule(home: string): Question<AuditSchedule> {
  return {
    id: 'services.audit-schedule',
    family: 'services',
    title: 'timers and cron lines of valops, their last and next runs',
    script: () => `${partFunctions}home=${shellQuote(home)}
set --
for path in /etc/systemd/system/valops-audit-*.timer /etc/systemd/system/valops-audit-*.service /etc/cron.d/valops-audit-*; do
  [ -f "$path" ] || continue
  file "$path"
  part "modified $path" stat -L -c %Y -- "$path"
  case $path in /etc/systemd/*) set -- "$@" "\${path##*/}" ;; esac
done
if [ ! -d /run/systemd/system ]; then part units echo 'no systemd'
elif [ $# = 0 ]; then part units true
else part units systemctl show --no-pager -p ${properties} -- "$@"; fi
cron_is() { command -v cron || command -v crond; }
cron_runs() { read -r pid </run/crond.pid && [ -e "/proc/$pid" ]; }
part cron cron_is
[ ! -e /run/crond.pid ] || part running cron_runs
part now date +%s
[ ! -d "$home" ] || part home echo yes
reports="$home/reports/$(uname -n)"
[ ! -d "$reports" ] || part reports ls -1 -- "$reports"`,
    privileged: true,
    timeout: 10,
    parse: ({ stdout }) => {
      const parts = readParts(stdout);
      const units = partOf(parts, 'units');
      if (units.status !== 0) throw new Error(`systemctl show ended with ${units.status}`);
      const now = Number(partOf(parts, 'now').text);
      if (!Number.isSafeInteger(now)) throw new Error('the clock told no number');
      return {
        systemd: units.text !== 'no systemd',
        cron: { installed: partOf(parts, 'cron').status === 0, running: parts.get('running')?.status === 0 },
        files: readFiles(parts),
        units: units.text === 'no systemd' ? [] : readUnits(units.text),
        home: parts.has('home'),
        reports: latestReports(parts.get('reports')?.text ?? ''),
        now,
      };
    },
  };
}

function readFiles(parts: Parts): readonly ScheduleFile[] {
  return [...parts].flatMap(([name, { status, exact }]): readonly ScheduleFile[] => {
    if (!name.startsWith('text ')) return [];
    const path = name.slice('text '.length);
    const metadata = readMetadata(parts, path);
    if (status !== 0 || metadata === null) throw new Error(`"${path}" could not be read`);
    return [{ path, ...metadata, text: exact, modifiedAt: Number(partOf(parts, `modified ${path}`).text) }];
  });
}

function readUnits(text: string): readonly ScheduleUnit[] {
  return text
    .split(/\n\n+/)
    .filter((block) => block !== '')
    .map((block) => {
      const values = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      const value = (name: string): string => values.get(name) ?? '';
      return {
        name: value('Id'),
        active: value('ActiveState'),
        enabled: value('UnitFileState'),
        needsReload: value('NeedDaemonReload') === 'yes',
        next: timeOf(value('NextElapseUSecRealtime')),
        triggered: timeOf(value('LastTriggerUSec')),
        result: value('Result'),
        status: Number(value('ExecMainStatus')) || 0,
        started: timeOf(value('ExecMainStartTimestamp')),
      };
    });
}

/** `Mon 2026-11-23 04:12:00 UTC`; the questions are asked with TZ=UTC. */
function timeOf(text: string): number | null {
  const [, day, time] = /^\S+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? [];
  return day === undefined ? null : Date.parse(`${day}T${time}Z`) / 1000;
}

/** From names as `audit run` gives them: `weekly-20261122T051700000Z.json`. */
function latestReports(names: string): Readonly<Record<string, number>> {
  const latest: Record<string, number> = {};
  for (const name of names.split('\n')) {
    const [, checklist, y, mo, d, h, mi, s] =
      /^([a-z0-9][a-z0-9-]*)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\d{3}Z\.json$/.exec(name) ?? [];
    if (checklist === undefined) continue;
    const at = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`) / 1000;
    if (Number.isFinite(at)) latest[checklist] = Math.max(latest[checklist] ?? 0, at);
  }
  return latest;
}

/** Of the place where root's reports are unless `valops.yaml` says otherwise. */
export const servicesAuditSchedule = auditSchedule('/root/.valops');
