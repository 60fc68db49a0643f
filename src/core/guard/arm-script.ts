import { shellQuote } from '../../lib/shell-quote.ts';
import { hereDocument, sha256 } from '../here-document.ts';
import { stepFunctions } from '../step-functions.ts';
import { bootUnits } from './boot-units.ts';
import { compileGuard, type GuardOrder, variables } from './guard-program.ts';
import { bootFinishUnit, bootUnit, type GuardPlace } from './place.ts';
import { stateFunctions } from './state-functions.ts';

/** What arming needs to know besides what the guard is made of. */
export interface ArmOrder extends GuardOrder {
  /** Seconds until the rollback. */
  readonly seconds: number;
  /** Who arms, for others to read: `alice on laptop`. */
  readonly actor: string;
}

/**
 * Whether another guard is in the way. One that was armed but under which nothing was begun, and
 * whose time is long over or that did not survive a boot, is only litter of a killed run.
 */
const clearOldGuard = `
v_clear() {
  [ -d "$V_HERE" ] || return 0
  for v_token in "$V_HERE"/armed.* "$V_HERE"/rolling-back.* "$V_HERE"/rollback-failed.*; do
    [ -e "$v_token" ] || continue
    v_old=\${v_token##*.}
    v_old_deadline=0
    [ ! -e "$V_HERE/deadline" ] || read -r v_old_deadline <"$V_HERE/deadline"
    if [ ! -e "$V_HERE/apply.started" ] && [ -e "$V_HERE/armed.$v_old" ] &&
      { [ ! -e "$V_RUN/valops-guard-$v_old" ] || [ "$(v_uptime)" -gt $((v_old_deadline + 6000)) ]; } &&
      (V_ID=$v_old && v_cancel); then continue; fi
    printf 'busy %s\\n' "\${v_token##*/}"
    printf 'left %s\\n' $((v_old_deadline - $(v_uptime)))
    printf 'now %s\\n' "$(date +%s)"
    printf 'meta '
    cat "$V_HERE/meta.json"
    exit 20
  done
  rm -rf "$V_STATE/guard/previous"
  mv "$V_HERE" "$V_STATE/guard/previous"
}
`;

/**
 * Takes back whatever was made so far: a guard that cannot be armed in full is not armed at all. Nor is one for
 * somebody who is gone, which the first line that is printed shows: without the trap it would stay without its timer.
 */
const giveUp = `
v_new=$V_STATE/guard/new
v_give_up() {
  rm -rf "$v_new"
  if [ -e "$V_HERE/armed.$V_ID" ]; then v_cancel; fi
  rm -f "$V_RUN/valops-guard-$V_ID"
  v_say "$1"
  exit 30
}
`;

/**
 * The script that arms a guard and prints what it sees of it afterwards, as `name value` lines:
 * `digest`, `syntax`, `state`, `now`, `deadline`, and either `timer`/`entered`/`next`/`boot` of
 * systemd or `waiter`/`cron`. Exits 20 when another guard is in the way (`busy`, `meta`, `left`), and
 * 30 when something could not be made: it then takes back what it made, and its last line on standard
 * error is the reason.
 */
export function compileArm(order: ArmOrder, place: GuardPlace): { readonly script: string; readonly digest: string } {
  const program = compileGuard(order, place);
  const meta = JSON.stringify({
    id: order.id,
    job: order.job,
    planDigest: order.planDigest,
    actor: order.actor,
    seconds: order.seconds,
  });
  const digest = sha256(program);
  const script = `${variables(order, place)}
${stepFunctions}${stateFunctions}${clearOldGuard}${giveUp}
umask 077
mkdir -p "$V_STATE/guard" "$V_RUN" && chmod 700 "$V_STATE" "$V_STATE/guard" || exit 30
for v_tool in flock setsid sha256sum; do
  command -v $v_tool >/dev/null || { v_say "$v_tool is missing"; exit 30; }
done
exec 9>"$V_STATE/guard/lock"
flock -w 20 9 || { v_say 'another run is arming'; exit 30; }
V_LOCKED=1
trap 'trap "" PIPE; v_give_up "nobody waits for the answer any more"' PIPE
v_clear
rm -rf "$v_new"
mkdir "$v_new" || v_give_up 'its directory could not be made'
${save(program, 'guard.sh')}
${save(`${meta}\n`, 'meta.json')}
[ "$(v_digest "$v_new/guard.sh")" = ${digest} ] || v_give_up 'its program arrived with another digest'
sh -n "$v_new/guard.sh" || v_give_up 'its program is not accepted by sh -n'
v_deadline=$(($(v_uptime) + ${order.seconds}00))
printf '%s\\n' "$v_deadline" >"$v_new/deadline" || v_give_up 'its deadline could not be written'
true >"$V_RUN/valops-guard-$V_ID" || v_give_up "$V_RUN could not be written"
true >"$v_new/armed.$V_ID" || v_give_up 'its token could not be made'
v_sync "$v_new"/* "$v_new"
mv "$v_new" "$V_HERE" || v_give_up 'it could not be put into its place'
v_sync "$V_STATE/guard"
printf 'now %s\\n' "$(date +%s)"
if v_has_systemd; then
  umask 022
${bootUnits(place)
  .map(({ name, text }) => unitFile(name, text))
  .join('')}  { mkdir -p "$V_UNITS/sysinit.target.wants" "$V_UNITS/multi-user.target.wants" &&
    ln -sf "../$V_BOOT" "$V_UNITS/sysinit.target.wants/$V_BOOT" &&
    ln -sf "../$V_BOOT_FINISH" "$V_UNITS/multi-user.target.wants/$V_BOOT_FINISH"; } ||
    v_give_up "its boot units could not be enabled in $V_UNITS"
  v_sync "$V_UNITS/$V_BOOT" "$V_UNITS/$V_BOOT_FINISH" "$V_UNITS" "$V_UNITS/sysinit.target.wants" \\
    "$V_UNITS/multi-user.target.wants"
  systemctl daemon-reload
  v_left=$((v_deadline - $(v_uptime)))
  systemd-run --quiet --collect --unit="valops-guard-$V_ID" --description='valops: roll back unless confirmed' \\
    --on-active="$((v_left * 10))ms" --timer-property=AccuracySec=100ms --property=KillMode=process \\
    --property=Restart=on-failure --property=RestartSec=1 --property=RestartPreventExitStatus=6 \\
    --property=StartLimitIntervalSec=0 /bin/sh "$V_HERE/guard.sh" expire
  printf 'timer %s\\n' "$(systemctl show -P ActiveState "valops-guard-$V_ID.timer")"
  printf 'entered %s\\n' "$(systemctl show -P ActiveEnterTimestampMonotonic "valops-guard-$V_ID.timer")"
  printf 'next %s\\n' "$(systemctl show -P NextElapseUSecMonotonic "valops-guard-$V_ID.timer")"
  printf 'boot %s %s\\n' "$(systemctl is-enabled ${bootUnit})" "$(systemctl is-enabled ${bootFinishUnit})"
else
  VALOPS_WAIT=$V_ID setsid sh "$V_HERE/guard.sh" wait </dev/null >/dev/null 2>&1 9>&- &
  v_tries=0
  while [ ! -s "$V_HERE/waiter.pid" ] && [ $v_tries -lt 50 ]; do sleep 0.1; v_tries=$((v_tries + 1)); done
  if kill -0 "$(cat "$V_HERE/waiter.pid")"; then printf 'waiter alive\\n'; fi
  if [ -d "$V_CRON" ] && command -v cron >/dev/null; then
    printf '@reboot root /bin/sh %s boot-finish\\n' "$V_HERE/guard.sh" >"$V_CRON/valops-guard" &&
      chmod 644 "$V_CRON/valops-guard" && v_sync "$V_CRON/valops-guard" "$V_CRON" && printf 'cron yes\\n'
  fi
fi
printf 'digest %s\\n' "$(v_digest "$V_HERE/guard.sh")"
if sh -n "$V_HERE/guard.sh"; then printf 'syntax ok\\n'; fi
printf 'left %s\\n' $((v_deadline - $(v_uptime)))
printf 'state %s\\n' "$(v_state)"
v_journal arm "$(v_state)" ${shellQuote(JSON.stringify(order.actor))} ||
  v_give_up 'the journal of the host could not be written'
`;
  return { script, digest };
}

function save(text: string, name: string): string {
  const document = hereDocument(text);
  const decode = document.encoding === 'plain' ? 'cat' : 'base64 -d';
  return `${decode} >"$v_new/${name}" ${document.redirect} || v_give_up '${name} could not be written'\n${document.body}`;
}

function unitFile(name: string, text: string): string {
  const { redirect, body } = hereDocument(text);
  return `cat >"$V_UNITS/${name}" ${redirect} || v_give_up "$V_UNITS/${name} could not be written"\n${body}\n`;
}
