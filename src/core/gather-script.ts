import { shellQuote } from '../lib/shell-quote.ts';
import type { HostLogin, Question } from './fact.ts';

/** Bytes of standard output kept per question; an answer that has more is unknown. */
export const answerLimit = 4 * 1024 * 1024;

/** Bytes of standard error kept per question, its end. */
export const complaintLimit = 4096;

/** How long a gather bears with questions that hang. */
interface Patience {
  /** Seconds that they may cost in all. */
  readonly together: number;
  /** Seconds for each question from then on. */
  readonly after: number;
}

const usualPatience: Patience = { together: 20, after: 3 };

/** Longest frame line that travels in the stream of standard error, with room to spare. */
const frameRoom = 128;

/**
 * One POSIX sh script that asks all questions, one after the other, and frames each answer with
 * lines that begin with `boundary` (32 hex digits nobody on the host can know beforehand):
 *
 *     begin N      standard output follows
 *     stderr N     the end of standard error follows
 *     exit S T     in the stream of standard error: how the question ended, and the seconds it had
 *     end N        the answer is whole
 *     root N       not asked: the script runs without root
 *
 * Nothing is stored on the host: `tail` holds standard error back until every writer of its pipe
 * is gone, and `head`, which passes on standard output, is one of them. The script is a function
 * called on the last line, so that a script which arrives cut off does nothing.
 *
 * A question that hangs is killed with its process group by coreutils `timeout`; where there is
 * none (busybox kills the child only), by a watchdog that walks /proc for all descendants. On a host
 * where many hang (pipes in place of files, a dead mount) the run as a whole stays bounded.
 */
export function compileQuestions(
  questions: readonly Question<unknown>[],
  login: HostLogin,
  boundary: string,
  patience = usualPatience,
): string {
  return `${prologue(boundary, patience)}${questions.map((question, index) => asking(question, index, login)).join('')}}\nvalops_gather\n`;
}

function asking(question: Question<unknown>, index: number, login: HostLogin): string {
  const ask = `ask ${index} ${question.timeout} ${shellQuote(question.script(login))}\n`;
  return question.privileged ? `if [ "$uid" = 0 ]; then ${ask}else frame "root ${index}"; fi\n` : ask;
}

const prologue = (boundary: string, patience: Patience): string => `valops_gather() {
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C TZ=UTC SYSTEMD_PAGER='' SYSTEMD_COLORS=0 SYSTEMD_URLIFY=0
export PATH LC_ALL TZ SYSTEMD_PAGER SYSTEMD_COLORS SYSTEMD_URLIFY
unset ENV BASH_ENV LANGUAGE
exec 3>&1
uid=$(id -u)
case $(timeout --version 2>/dev/null) in *coreutils*) limit=limit_group ;; *) limit=limit_tree ;; esac
frame() { printf '\\n%s %s\\n' '${boundary}' "$1" >&3; }
limit_group() { timeout -s KILL "$1" sh -c "$2" 3>&-; }
parent_of() { while read -r key value; do case $key in PPid:) echo "$value"; return ;; esac; done <"$1"; }
kill_tree() {
  kill -STOP "$1" 2>/dev/null || return 0
  for status in /proc/[0-9]*/status; do
    [ "$(parent_of "$status" 2>/dev/null)" != "$1" ] || echo "$status"
  done | while IFS=/ read -r _ _ child _; do kill_tree "$child"; done
  kill -KILL "$1" 2>/dev/null || :
}
limit_tree() {
  sh -c "$2" 3>&- &
  asked=$!
  {
    trap 'kill "$nap"; exit 0' TERM
    sleep "$1" &
    nap=$!
    wait "$nap" && kill_tree "$asked"
  } >/dev/null 2>&1 3>&- &
  watchdog=$!
  wait "$asked" 2>/dev/null
  ended=$?
  kill -TERM "$watchdog" 2>/dev/null
  return "$ended"
}
hung=0
# seconds since the host came up; a host that does not tell has no patience to lose
now() { read -r up _ </proc/uptime && up=\${up%.*}; } 2>/dev/null
ask() {
  had=$2
  [ "$hung" -lt ${patience.together} ] || [ "$had" -le ${patience.after} ] || had=${patience.after}
  up=0
  now
  asked_at=$up
  frame "begin $1"
  {
    {
      "$limit" "$had" "$3" </dev/null
      printf '\\n%s exit %s %s\\n' '${boundary}' "$?" "$had" >&2
    } | head -c ${answerLimit + 1} >&3
    frame "stderr $1"
  } 2>&1 | tail -c ${complaintLimit + frameRoom} >&3
  frame "end $1"
  now
  [ "$((up - asked_at))" -lt "$had" ] || hung=$((hung + up - asked_at))
}
`;
