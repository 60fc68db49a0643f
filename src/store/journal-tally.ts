import type { KeyUse } from './journal-uses.ts';

/** How often something was there, by name. */
export type Counts = ReadonlyMap<string, number>;

/** The uses of one key in one span of time. */
export interface Tally {
  readonly uses: number;
  /** Error codes of those that failed. */
  readonly failed: Counts;
  readonly unfinished: number;
  /** RFC 3339, UTC; null without any use. */
  readonly first: string | null;
  readonly last: string | null;
  readonly users: Counts;
  readonly commands: Counts;
  readonly purposes: Counts;
  /** Of the day, `00` to `23`, UTC. */
  readonly hours: Counts;
  /** `Mon` to `Sun`, UTC. */
  readonly weekdays: Counts;
  /** Uses on each day there was one: `2026-01-02`, UTC. */
  readonly days: Counts;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** Counts the uses of one key. `tally` may be read at any time. */
export function createTally(): { add(use: KeyUse): void; readonly tally: Tally } {
  const counts = {
    failed: new Map<string, number>(),
    users: new Map<string, number>(),
    commands: new Map<string, number>(),
    purposes: new Map<string, number>(),
    hours: new Map<string, number>(),
    weekdays: new Map<string, number>(),
    days: new Map<string, number>(),
  };
  const add = (map: Map<string, number>, name: string): unknown => map.set(name, (map.get(name) ?? 0) + 1);
  let uses = 0;
  let unfinished = 0;
  let first: string | null = null;
  let last: string | null = null;
  return {
    add({ time, user, command, purpose, outcome, code }) {
      uses += 1;
      if (first === null || time < first) first = time;
      if (last === null || time > last) last = time;
      add(counts.users, user);
      add(counts.commands, command);
      add(counts.purposes, purpose);
      add(counts.hours, time.slice(11, 13));
      add(counts.weekdays, weekdays[new Date(time).getUTCDay()] ?? 'no day');
      add(counts.days, time.slice(0, 10));
      if (outcome === 'unfinished') unfinished += 1;
      if (outcome === 'failed') add(counts.failed, code ?? 'no code');
    },
    get tally() {
      return { uses, unfinished, first, last, ...counts };
    },
  };
}
