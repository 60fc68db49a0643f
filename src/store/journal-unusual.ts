import type { Counts, Tally } from './journal-tally.ts';

/** Something about a key that was not so before, or that never should be. */
export interface Unusual {
  readonly mark:
    | 'new-key'
    | 'new-user'
    | 'new-command'
    | 'new-purpose'
    | 'new-hour'
    | 'new-weekday'
    | 'many-uses'
    | 'failed'
    | 'unfinished';
  /** For people, one line. */
  readonly text: string;
}

/** Fewer uses than this make no habit of hours, weekdays and rates. */
const habit = 10;

/** So many times the usual number of uses on one day is too many. */
const tooMany = 3;

/** What is known of a key, and of the journal, beside its uses. */
export interface Known {
  /** Whether the journal has uses of any key before the span in question. */
  readonly history: boolean;
  /** Whether the journal has the making of this key. */
  readonly made: boolean;
}

/**
 * Compares the uses of a key in a span of time with those before it. Without any history nothing is
 * new; hours, weekdays and numbers are compared once there were ten uses, the number of uses on a day
 * with the mean of the days on which there was one. All times are UTC.
 */
export function judgeUses(before: Tally, now: Tally, { history, made }: Known): readonly Unusual[] {
  return [
    ...(before.uses > 0 ? news(before, now) : []),
    ...(before.uses === 0 && history && !made
      ? [{ mark: 'new-key', text: 'the journal has no use of this key before, nor its making' } as const]
      : []),
    ...(before.uses >= habit ? cadence(before, now) : []),
    ...[...now.failed].map(([code, uses]): Unusual => ({ mark: 'failed', text: `${uses} failed: ${code}` })),
    ...(now.unfinished === 0
      ? []
      : [{ mark: 'unfinished', text: `${now.unfinished} begun and never ended: killed, or still running` } as const]),
  ];
}

function news(before: Tally, now: Tally): readonly Unusual[] {
  const fresh = (mark: Unusual['mark'], what: string, of: (tally: Tally) => Counts): readonly Unusual[] =>
    [...of(now)]
      .filter(([name]) => !of(before).has(name))
      .map(([name, uses]) => ({ mark, text: `${what} "${name}", ${times(uses)}` }));
  return [
    ...fresh('new-user', 'new user', ({ users }) => users),
    ...fresh('new-command', 'new command', ({ commands }) => commands),
    ...fresh('new-purpose', 'new purpose', ({ purposes }) => purposes),
  ];
}

function cadence(before: Tally, now: Tally): readonly Unusual[] {
  const usual = before.uses / before.days.size;
  const never = (what: string, seen: Counts, name: string, uses: number): string =>
    `${times(uses)} ${what} ${name}; before, only ${[...seen.keys()].toSorted().join(', ')}`;
  return [
    ...[...now.hours]
      .filter(([hour]) => !before.hours.has(hour))
      .map(([hour, uses]): Unusual => ({ mark: 'new-hour', text: never('in the hour', before.hours, hour, uses) })),
    ...[...now.weekdays]
      .filter(([day]) => !before.weekdays.has(day))
      .map(([day, uses]): Unusual => ({ mark: 'new-weekday', text: never('on a', before.weekdays, day, uses) })),
    ...[...now.days]
      .filter(([, uses]) => uses > tooMany * usual)
      .map(([day, uses]): Unusual => ({
        mark: 'many-uses',
        text: `${times(uses)} on ${day}; before, ${usual.toFixed(1)} on a day with any`,
      })),
  ];
}

function times(uses: number): string {
  return uses === 1 ? 'once' : `${uses} times`;
}
