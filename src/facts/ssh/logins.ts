import type { Question } from '../../core/fact.ts';
import { timeOfRecord } from '../accepted-logins.ts';
import { loginFunctions, readLoginCounts, type LoginCount, type LoginCounts } from '../login-records.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

/** The access log of the last 60 days, counted on the host. */
export interface SshLogins extends Pick<LoginCounts, 'unread' | 'crowded'> {
  readonly source: 'journal' | 'auth.log';
  /** RFC 3339: from when on there is a record of anything. Null: none at all. */
  readonly since: string | null;
  readonly counts: readonly LoginCount[];
  /** Older records, or what stood behind byte 2000 of a line, were not looked at. */
  readonly cut: boolean;
}

/** Days looked back. */
const days = 60;

/** Records of the journal read at most, the newest. */
const limit = 400_000;

/**
 * Logins and tries by outcome, user, source, method, key and day. From the journal where it is kept on disk (only
 * what root's processes wrote there: anybody can log in the name of sshd), else from auth.log and its rotated files.
 */
export const sshLogins: Question<SshLogins> = {
  id: 'ssh.logins',
  family: 'ssh',
  title: 'logins and refused logins by user, source, method, key and day',
  script: () => `${partFunctions}${loginFunctions}
from_journal() {
  {
    journalctl -q --no-pager -o short-iso --since '${days} days ago' -n ${limit} \\
      _UID=0 SYSLOG_IDENTIFIER=sshd + _UID=0 SYSLOG_IDENTIFIER=sshd-session + _UID=0 SYSLOG_IDENTIFIER=sshd-auth
    journal_status=$?
    login_end "$journal_status"
  } | login_grep | login_count
}
from_files() { login_lines "$@" | login_count; }
from_short_lines() { login_short_lines "$@" | login_count; }
first_record() { journalctl -q --no-pager -o short-iso 2>/dev/null | head -n 1; }
first_line() {
  case $1 in *.gz) gzip -dc -- "$1" 2>/dev/null ;; *) cat -- "$1" 2>/dev/null ;; esac | head -c 200 | head -n 1
}
part now date +%s
oldest=
set --
for log in /var/log/auth.log /var/log/auth.log[.-]*; do
  [ -f "$log" ] || continue
  set -- "$@" "$log"
  if [ -z "$oldest" ] || [ -z "$(find "$log" -newer "$oldest")" ]; then oldest=$log; fi
done
stored=no
for journal in /var/log/journal/*/system.journal; do [ ! -e "$journal" ] || stored=yes; done
if command -v journalctl >/dev/null && { [ $stored = yes ] || [ $# = 0 ]; }; then
  part journal from_journal
  part oldest first_record
elif [ $# -gt 0 ]; then
  part log from_files "$@"
  case $part_text in *'status	2'*) part short from_short_lines "$@" ;; esac
  part oldest first_line "$oldest"
else
  echo 'there is neither a journal nor an auth.log' >&2
fi`,
  privileged: true,
  timeout: 30,
  parse: ({ stdout, stderr }) => {
    const parts = readParts(stdout);
    const seconds = Number(partOf(parts, 'now').text);
    const now = new Date(seconds * 1000);
    const name = ['short', 'journal', 'log'].find((one) => parts.has(one));
    if (name === undefined) throw new Error(stderr.trim() || 'logins could not be read');
    const from = new Date(now.getTime() - days * 86_400_000);
    const { status, records, ...read } = readLoginCounts(partOf(parts, name).text, from, now);
    // grep ends with 1 when nothing matches
    if (status > (name === 'journal' ? 0 : 1)) throw new Error(`logins could not be read: ${stderr.trim() || status}`);
    return {
      source: name === 'journal' ? 'journal' : 'auth.log',
      since: timeOfRecord(partOf(parts, 'oldest').text, seconds),
      ...read,
      cut: name === 'short' || (name === 'journal' && records > limit),
    };
  },
};
