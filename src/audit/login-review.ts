import type { LoginCount } from '../facts/login-records.ts';
import type { SshLogins } from '../facts/ssh/logins.ts';
import { formatNetwork, parseNetwork } from '../lib/ip.ts';
import type { Judgement } from './finding.ts';

/** Days that count as recent: a weekly review that came a day late misses none. */
const recentDays = 8;

/** The access log, before and within the days a review is about. */
export interface LoginWindow {
  readonly recent: readonly LoginCount[];
  readonly earlier: readonly LoginCount[];
  /** First recent day, `YYYY-MM-DD`. */
  readonly from: string;
  /** Whether the log says anything of the days before. */
  readonly reachesBack: boolean;
}

/** Splits the counts at the first recent day. */
export function loginWindow({ counts, since }: SshLogins, now: Date): LoginWindow {
  const from = new Date(now.getTime() - recentDays * 86_400_000).toISOString().slice(0, 10);
  return {
    recent: counts.filter(({ day }) => day >= from),
    earlier: counts.filter(({ day }) => day < from),
    from,
    reachesBack: since !== null && since.slice(0, 10) < from,
  };
}

/** The accepted logins among them. */
export function acceptedOf(counts: readonly LoginCount[]): readonly LoginCount[] {
  return counts.filter(({ outcome, source }) => outcome === 'accepted' && source !== null);
}

/** The network a source is recognised by: /24 of IPv4, /48 of IPv6; a name is itself. */
export function neighbourhood(source: string): string {
  const network = parseNetwork(`${source}/${source.includes(':') ? 48 : 24}`);
  return network === null ? source : formatNetwork(network);
}

/** What was not looked at, as a judgement of its own: a login may stand there. */
function loginGaps({ unread, crowded, cut, source, since }: SshLogins): readonly Judgement[] {
  const gaps = [
    ...(since === null ? ['nothing is on record'] : []),
    ...(unread > 0 ? [`${unread} records could not be read`] : []),
    ...(crowded.includes('accepted') ? ['too many logins to count one by one'] : []),
    ...(cut ? ['the log was cut off: it is longer than is read'] : []),
  ];
  return gaps.length === 0
    ? []
    : [{ status: 'unknown', subject: 'access log', evidence: `${gaps.join('; ')} (${source})` }];
}

/**
 * What a review says in the end: what it could not look at, and what it judged; a pass for `subject`, which says that
 * there was `none`, when the whole log was looked at and had nothing to judge.
 */
export function reviewOf(
  judged: readonly Judgement[],
  logins: SshLogins,
  { from }: LoginWindow,
  { subject = 'access log', none = 'no login' } = {},
): readonly Judgement[] {
  const said = [...loginGaps(logins), ...judged];
  if (said.length > 0) return said;
  return [{ status: 'pass', subject, actual: `${none} since ${from} (${logins.source})` }];
}

/** Groups with the number of logins, days and where they came from, in one line. */
export function describeLogins(counts: readonly LoginCount[]): string {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const list = (values: readonly (string | null)[]): string => {
    const all = [...new Set(values.filter((one) => one !== null && one !== ''))].toSorted();
    return all.length > 4 ? `${all.slice(0, 4).join(', ')} and ${all.length - 4} more` : all.join(', ');
  };
  const days = counts.map(({ day }) => day).toSorted();
  const when = days[0] === days.at(-1) ? `on ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`;
  return `${total} ${total === 1 ? 'login' : 'logins'} ${when}: ${list(counts.map(({ user }) => user))} from ${list(counts.map(({ source }) => source))} by ${list(counts.map(({ method }) => method))}`;
}

/** The counts that share what `nameOf` says, by that; those of which it says null are left out. */
export function groupLogins(
  counts: readonly LoginCount[],
  nameOf: (one: LoginCount) => string | null,
): readonly (readonly [string, readonly LoginCount[]])[] {
  const groups = new Map<string, LoginCount[]>();
  for (const one of counts) {
    const name = nameOf(one);
    if (name !== null) groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
