/** Logins, or tries, that have all of this in common. */
export interface LoginCount {
  /** `failed`: sshd refused what was offered. `broken`: the other side gave up, or was cut off, before it was let in. */
  readonly outcome: 'accepted' | 'failed' | 'broken';
  /** Null: a name that is no user of the host, or several. */
  readonly user: string | null;
  /** Address or name as sshd wrote it; null: several, with few tries each. */
  readonly source: string | null;
  /** `publickey`, `password` …; empty for `broken`. */
  readonly method: string;
  /** `SHA256:…` of the key of an accepted login; null where none was told. */
  readonly key: string | null;
  /** `YYYY-MM-DD`: in UTC from the journal, in the host's zone from auth.log. */
  readonly day: string;
  readonly count: number;
}

/** Groups of each outcome that are told one by one; what comes later is told by day only. */
const groupLimit = 20_000;

/** Tries of a group in one day from which on it is told by itself, where nobody was let in from that source before. */
const toldFrom = 5;

/**
 * Records of sshd in the two shapes of syslog (RFC 3339 and `journalctl -o short-iso`; `Jan  2 03:04:05`) that tell of
 * logins and tries. What stands before the program is no attacker's choice, so a name cannot pass for a record.
 */
const recordPattern = `^([0-9][^ ]* [^ ]+|[A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]{8} [^ ]+) sshd(-session|-auth)?\\[[0-9]+\\]: (Accepted|Failed|Connection|Disconnect)`;

/**
 * awk program over such records. Prints `COUNT OUTCOME USER SOURCE METHOD KEY DAY` behind tabs, then what it could not
 * read. Names are what attackers choose: words are counted from the front for accepted logins, whose user exists, and
 * from the end for all others. Tries are counted day by day, which keeps the tables of mawk, Debian's awk, short.
 */
const loginCounting = `
function tell_day(  group, part) {
  for (group in tries) {
    split(group, part, "\\t")
    if ((tries[group] >= ${toldFrom} || part[3] in let_in) && told < ${groupLimit}) {
      told++
      print tries[group] "\\t" part[1] "\\t" substr(part[2], 1, 64) "\\t" substr(part[3], 1, 64) "\\t" substr(part[4], 1, 40) "\\t\\t" day
    } else {
      if (told >= ${groupLimit}) crowded[part[1]] = 1
      rest[part[1] "\\t" day] += tries[group]
    }
  }
  split("", tries)
  groups = 0
}
{
  if ($1 < "A") {
    at = 3
    if (substr($1, 1, 10) != day) { tell_day(); day = substr($1, 1, 10) }
  } else {
    at = 5
    if ($2 != date || $1 != month) { tell_day(); month = $1; date = $2; day = $1 " " $2 }
  }
  if ((word = $(at + 1)) == "Failed") {
    i = NF - 2
    if ($i != "port" || $(i - 2) != "from") {
      for (i = NF - 3; i > at + 4; i--) if ($i == "port" && $(i - 2) == "from") break
      if (i <= at + 4) { unread++; next }
    }
    if ((user = $(at + 4)) == "invalid" && $(at + 5) == "user") user = ""
    if (!tries["failed\\t" user "\\t" $(i - 1) "\\t" $(at + 2)]++ && ++groups >= ${groupLimit}) tell_day()
  } else if (word == "Accepted") {
    if ($(at + 3) != "for" || $(at + 5) != "from" || $(at + 7) != "port" || $(at + 9) !~ /^ssh2:?$/) { unread++; next }
    key = ""
    for (i = at + 10; i <= NF; i++) if ($i ~ /^SHA256:/) { key = substr($i, 1, 80); break }
    group = substr($(at + 4), 1, 64) "\\t" substr($(at + 6), 1, 64) "\\t" substr($(at + 2), 1, 40) "\\t" key "\\t" day
    let_in[$(at + 6)] = 1
    if (!(group in accepted) && ++logins > ${groupLimit}) { crowded["accepted"] = 1; rest["accepted\\t" day]++ }
    else accepted[group]++
  } else if ($(at + 2) == "valops-read") status = $(at + 3)
  else {
    for (i = NF - 1; i > at + 3; i--) if ($i == "port") break
    if (i <= at + 3) next
    who = word == "Connection" ? at + 4 : word == "Disconnected" ? at + 3 : at + 2
    if ($who == "authenticating") user = $(who + 2)
    else if ($who == "invalid") user = ""
    else next
    if (!tries["broken\\t" user "\\t" $(i - 1) "\\t"]++ && ++groups >= ${groupLimit}) tell_day()
  }
}
END {
  tell_day()
  for (group in accepted) print accepted[group] "\\taccepted\\t" group
  for (group in rest) { split(group, part, "\\t"); print rest[group] "\\t" part[1] "\\t*\\t*\\t*\\t\\t" part[2] }
  for (outcome in crowded) print "crowded\\t" outcome
  print "records\\t" NR
  print "unread\\t" unread + 0
  print "status\\t" status
}`;

/**
 * Shell functions. `login_count` counts the records on its standard input, `login_lines FILE…` prints those of files,
 * compressed ones too. A line that is longer than the memory they are given ends `grep` with 2; `login_short_lines`
 * then cuts every line at 2000 bytes, which is slower and bounded. Both end with how it went, as a record of their own.
 */
export const loginFunctions = `login_grep() {
  (
    # shellcheck disable=SC3045
    ulimit -v 400000 2>/dev/null
    LC_ALL=C exec grep -ahE '${recordPattern}' "$@"
  )
}
login_end() { echo "0 - sshd[0]: Connection valops-read $1"; }
login_count() {
  (
    # shellcheck disable=SC3045
    ulimit -v 400000 2>/dev/null
    exec awk '${loginCounting}'
  )
}
login_lines() {
  login_status=1
  for login_file do
    case $login_file in
      *.gz) gzip -dc -- "$login_file" | login_grep ;;
      *) login_grep -- "$login_file" ;;
    esac
    login_ended=$?
    [ "$login_ended" = 1 ] || [ "$login_status" = 2 ] || login_status=$login_ended
  done
  login_end "$login_status"
}
login_short_lines() {
  for login_file do
    case $login_file in *.gz) gzip -dc -- "$login_file" ;; *) cat -- "$login_file" ;; esac
  done | cut -b 1-2000 | login_grep
  login_end "$?"
}
`;

/** What the program counted, and whether all of it. */
export interface LoginCounts {
  readonly counts: readonly LoginCount[];
  /** Records read. */
  readonly records: number;
  /** Records that looked like logins or tries and could not be read. */
  readonly unread: number;
  /** Outcomes with more groups than are counted one by one. */
  readonly crowded: readonly LoginCount['outcome'][];
  /** How reading ended: the exit status of grep(1) or journalctl(1). */
  readonly status: number;
}

/**
 * Reads what `login_count` printed. Records of days before `from` are left out; a day without a year is the latest
 * that is not after `now` (a day of grace: the host's zone). Throws an Error when it was not counted to the end.
 */
export function readLoginCounts(text: string, from: Date, now: Date): LoginCounts {
  const rows = text.split('\n').map((line) => line.split('\t'));
  const told = (word: string): number => {
    const value = rows.find(([first]) => first === word)?.[1] ?? '';
    if (!/^\d+$/.test(value)) throw new Error('the logins were not counted to the end');
    return Number(value);
  };
  const [records, unread, status] = [told('records'), told('unread'), told('status')];
  const read = rows.flatMap(([count = '', outcome = '', user = '', source = '', method = '', key = '', day = '']) => {
    if (!isOutcome(outcome)) return [];
    const one = {
      outcome,
      user: user === '' || user === '*' ? null : user,
      source: source === '*' ? null : source,
      method: method === '*' ? '' : method,
      key: key === '' ? null : key,
      count: Number(count),
    };
    return [{ one, day: dayOf(day, now) }];
  });
  const first = from.toISOString().slice(0, 10);
  return {
    counts: read
      .flatMap(({ one, day }): readonly LoginCount[] => (day === null || day < first ? [] : [{ ...one, day }]))
      .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
    records,
    unread: unread + read.reduce((sum, { day, one }) => (day === null ? sum + one.count : sum), 0),
    crowded: rows.flatMap(([word, outcome = '']) => (word === 'crowded' && isOutcome(outcome) ? [outcome] : [])),
    status,
  };
}

function isOutcome(word: string): word is LoginCount['outcome'] {
  return word === 'accepted' || word === 'failed' || word === 'broken';
}

function orderOf({ outcome, user, source, method, key, day }: LoginCount): string {
  return [outcome, day, user, source, method, key].join(' ');
}

function dayOf(text: string, now: Date): string | null {
  const latest = new Date(now.getTime() + 86_400_000).toISOString().slice(0, 10);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return Number.isNaN(Date.parse(text)) || text > latest ? null : text;
  const [, month = '', of = ''] = /^([A-Z][a-z]{2}) (\d{1,2})$/.exec(text) ?? [];
  const year = now.getUTCFullYear();
  for (const candidate of [year + 1, year, year - 1]) {
    const date = new Date(`${of} ${month} ${candidate} UTC`);
    if (Number.isNaN(date.getTime())) return null;
    const day = date.toISOString().slice(0, 10);
    if (day <= latest && date.getUTCDate() === Number(of)) return day;
  }
  return null;
}
