import type { Cadence } from '../check.ts';
import type { TimeOfDay } from './calendar.ts';

/** One checklist that a host is to run by itself. */
export interface Scheduled {
  /** Lowercase letters, digits and hyphens. */
  readonly checklist: string;
  readonly cadence: Cadence;
}

/** What is to be installed. Paths are the host's, of letters, digits and `._+@-` only. */
export interface ScheduleOrder {
  readonly scheduled: readonly Scheduled[];
  readonly at: TimeOfDay;
  readonly user: string;
  /** `VALOPS_HOME` of the runs: reports, journal, what could not be delivered. */
  readonly home: string;
  readonly config: string | undefined;
  /** Where a run writes besides its home. */
  readonly writes: readonly string[];
  /** Further options of `audit run`. */
  readonly options: readonly string[];
}

/** Seconds for which a run waits for another one. */
const patience = 3600;

/** Environment of every run, by systemd, cron or `schedule test`: nothing else is set. */
export function environmentOf({ home, config, user }: ScheduleOrder): Readonly<Record<string, string>> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: user === 'root' ? '/root' : home,
    LANG: 'C.UTF-8',
    VALOPS_HOME: home,
    ...(config === undefined ? {} : { VALOPS_CONFIG: config }),
  };
}

/** The words of one run, alone on the host: the directory of the reports is the lock. */
export function commandOf(
  order: ScheduleOrder,
  checklist: string,
  { words, flock }: { readonly words: readonly string[]; readonly flock: string },
  further: readonly string[] = ['--deliver'],
): readonly [string, ...string[]] {
  const run = ['audit', 'run', checklist, '--changes-only', ...further, ...order.options];
  return [flock, '-w', String(patience), order.home, ...words, ...run];
}
