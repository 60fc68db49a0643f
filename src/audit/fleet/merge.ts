import { isDeepStrictEqual } from 'node:util';
import type { Checklist } from '../checklist.ts';
import { checklistDue, type ChecklistDue } from '../due.ts';
import type { AuditReport } from '../report.ts';
import type { Remark } from '../surroundings.ts';
import type { Accepted } from './judge-signers.ts';

/** The newest report of a host and checklist among those that were brought. */
export interface FleetEntry extends Accepted {
  /** Undefined: the checklist has no cadence here. */
  readonly due: ChecklistDue | undefined;
}

/** Reports of many hosts, as one. */
export interface Fleet {
  /** The host that was not looked at for longest comes first. */
  readonly entries: readonly FleetEntry[];
  /** Older ones of the same hosts and checklists. */
  readonly earlier: readonly AuditReport[];
  readonly remarks: readonly Remark[];
}

/**
 * Makes one fleet of the reports that count. `hosts`: every host that should have one. Pure.
 */
export function mergeReports(
  accepted: readonly Accepted[],
  checklists: readonly Pick<Checklist, 'name' | 'cadence'>[],
  hosts: readonly string[],
  now: Date,
): Fleet {
  const groups = new Map<string, Accepted[]>();
  for (const one of accepted) {
    const key = JSON.stringify([one.report.host, one.report.checklist]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const sorted = [...groups.values()].map((group) =>
    group.toSorted((a, b) => timeOf(b.report) - timeOf(a.report) || (a.path < b.path ? -1 : 1)),
  );
  const entries = sorted.flatMap(([newest]): readonly FleetEntry[] => {
    if (newest === undefined) return [];
    const { host, checklist, startedAt } = newest.report;
    const declared = checklists.find(({ name }) => name === checklist) ?? { name: checklist };
    return [{ ...newest, due: checklistDue(declared, host, new Date(startedAt), now) }];
  });
  const present = new Set(entries.map(({ report }) => report.host));
  const silent = hosts.filter((host) => !present.has(host));
  const others = sorted.map((group) => othersOf(group));
  return {
    entries: stalestFirst(entries),
    earlier: others.flatMap(({ earlier }) => earlier),
    remarks: [
      ...silent.map((host): Remark => ({
        kind: 'silent',
        subject: host,
        text: 'it is declared, and no report of it is here',
      })),
      ...others.flatMap(({ remarks }) => remarks),
    ],
  };
}

const timeOf = ({ startedAt }: AuditReport): number => Date.parse(startedAt);

/** What is not the newest of its group: the same once more, another one of the same moment, an older one. */
function othersOf([newest, ...rest]: readonly Accepted[]): Pick<Fleet, 'earlier' | 'remarks'> {
  if (newest === undefined) return { earlier: [], remarks: [] };
  const what = `${newest.report.host} ${newest.report.checklist} of ${newest.report.startedAt}`;
  const earlier = new Map<number, AuditReport>();
  const remarks = rest.map(({ report, path }): Remark => {
    const kept = timeOf(report) === timeOf(newest.report) ? newest.report : earlier.get(timeOf(report));
    if (kept === undefined) {
      earlier.set(timeOf(report), report);
      return { kind: 'older', subject: path, text: `of ${report.startedAt}; "${newest.path}" is newer and counts` };
    }
    if (isDeepStrictEqual(kept, report))
      return { kind: 'duplicate', subject: path, text: `the same as another file: ${what}` };
    return {
      kind: 'contradicts',
      subject: path,
      text: `says something else than "${newest.path}" of the same run: ${what}`,
    };
  });
  return { earlier: [...earlier.values()], remarks };
}

/** Hosts that are late come first, the longest of them first; then those whose newest report is oldest. */
function stalestFirst(entries: readonly FleetEntry[]): readonly FleetEntry[] {
  const hosts = new Map<string, { late: number; newest: number }>();
  for (const { report, due } of entries) {
    const { late, newest } = hosts.get(report.host) ?? { late: Infinity, newest: -Infinity };
    const since = due?.late === true ? Date.parse(due.lateFrom ?? report.startedAt) : Infinity;
    hosts.set(report.host, { late: Math.min(late, since), newest: Math.max(newest, timeOf(report)) });
  }
  const rank = (host: string): { late: number; newest: number } => hosts.get(host) ?? { late: Infinity, newest: 0 };
  const order = [...hosts.keys()].toSorted((a, b) => {
    const [one, other] = [rank(a), rank(b)];
    // two that are not late: Infinity - Infinity is no number
    if (one.late !== other.late) return one.late < other.late ? -1 : 1;
    return one.newest - other.newest || (a < b ? -1 : 1);
  });
  const place = new Map(order.map((host, index) => [host, index]));
  return entries.toSorted(
    (a, b) => (place.get(a.report.host) ?? 0) - (place.get(b.report.host) ?? 0) || timeOf(a.report) - timeOf(b.report),
  );
}
