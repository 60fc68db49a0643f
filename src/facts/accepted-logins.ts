/** Logins of one user by one method, and by one key where the method is `publickey`. */
export interface SshLoginUse {
  readonly user: string;
  readonly method: string;
  /** `SHA256:…` of the key; null for other methods. */
  readonly fingerprint: string | null;
  readonly count: number;
  /** The latest: RFC 3339, UTC, and where it came from. */
  readonly last: string;
  readonly from: string;
}

const accepted = /: Accepted (\S+) for (\S+) from (\S+) port \d+ ssh2(?:: \S+ (?:\S+ )*?(SHA256:\S+))?/;

/**
 * Reads records of sshd's "Accepted …" with one of three timestamps: seconds since 1970 (journalctl
 * -o short-unix), RFC 3339 (rsyslog today), or `Jan  2 03:04:05` (rsyslog before), whose year is the
 * latest that is not after `now` (seconds since 1970). Records without a time are left out.
 */
export function readAcceptedLogins(
  text: string,
  oldest: string,
  now: number,
): { readonly since: string | null; readonly uses: readonly SshLoginUse[] } {
  const uses = new Map<string, SshLoginUse>();
  for (const line of text.split('\n')) {
    const [, method = '', user = '', from = '', fingerprint = null] = accepted.exec(line) ?? [];
    const at = timeOfRecord(line, now);
    if (method === '' || at === null) continue;
    const key = [user, method, fingerprint ?? ''].join(' ');
    const before = uses.get(key);
    const later = before === undefined || before.last <= at;
    uses.set(key, {
      user,
      method,
      fingerprint,
      count: (before?.count ?? 0) + 1,
      last: later ? at : before.last,
      from: later ? from : before.from,
    });
  }
  return {
    since: timeOfRecord(oldest, now),
    uses: [...uses].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use),
  };
}

/** The time of a record, RFC 3339 in UTC; null where it has none that can be read. As above. */
export function timeOfRecord(line: string, now: number): string | null {
  const unix = /^(\d{9,11})(?:\.\d+)? /.exec(line);
  if (unix !== null) return new Date(Number(unix[1]) * 1000).toISOString();
  const rfc3339 = /^\d{4}-\d\d-\d\dT\S+/.exec(line);
  const traditional = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) /.exec(line);
  let date: Date | undefined;
  if (rfc3339 !== null) date = new Date(rfc3339[0]);
  else if (traditional !== null) {
    const year = new Date(now * 1000).getUTCFullYear();
    const inYear = (of: number): Date => new Date(`${traditional[2]} ${traditional[1]} ${of} ${traditional[3]} UTC`);
    // a day of grace: the record is in local time
    date = inYear(year).getTime() > (now + 86_400) * 1000 ? inYear(year - 1) : inYear(year);
  }
  return date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString();
}
