/**
 * POSIX sh functions around the guard's state, which is the name of one file: `armed.ID`,
 * `rolling-back.ID`, … Whoever renames it has decided; rename(2) lets only one succeed.
 */
export const stateFunctions = `
# v_move FROM TO
v_move() { mv "$V_HERE/$1.$V_ID" "$V_HERE/$2.$V_ID" 2>/dev/null && v_sync "$V_HERE"; }

# in the order in which a guard passes through them, so that a rename meanwhile is not missed
v_state() {
  for v_name in armed rollback-failed rolling-back rolled-back confirmed cancelled; do
    if [ -e "$V_HERE/$v_name.$V_ID" ]; then printf '%s\\n' "$v_name"; return; fi
  done
  printf 'none\\n'
}

# hundredths of a second since boot
v_uptime() { read -r v_up v_idle </proc/uptime && printf '%s\\n' "\${v_up%.*}\${v_up#*.}"; }

v_has_systemd() { [ -d "$V_SYSTEMD" ] && command -v systemctl >/dev/null 2>&1; }

# v_journal ACTION RESULT ACTOR, the actor as JSON; fails when it could not be written
v_journal() {
  printf '{"time":"%s","action":"%s","result":"%s","guard":"%s","job":"%s","plan":"%s","actor":%s}\\n' \\
    "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "$2" "$V_ID" "$V_JOB" "$V_PLAN" "$3" >>"$V_STATE/guard.jsonl" &&
    v_sync "$V_STATE/guard.jsonl"
}

# files by which a boot comes to the guard, as far as they are there
v_boot_files() {
  for v_file in "$V_CRON/valops-guard" "$V_UNITS/sysinit.target.wants/$V_BOOT" \\
    "$V_UNITS/multi-user.target.wants/$V_BOOT_FINISH" "$V_UNITS/$V_BOOT" "$V_UNITS/$V_BOOT_FINISH"; do
    if [ -e "$v_file" ] || [ -L "$v_file" ]; then printf '%s\\n' "$v_file"; fi
  done
}

# In a subshell. These files have the same names for every guard: nobody may arm another one meanwhile. Who
# arms or cancels holds the lock already.
v_remove_boot_files() (
  if [ -z "\${V_LOCKED-}" ] && [ -e "$V_STATE/guard/lock" ]; then
    exec 8<"$V_STATE/guard/lock"
    flock -w 10 8 || exit 1
  fi
  [ -n "$(ls "$V_HERE"/*."$V_ID" 2>/dev/null)" ] || exit 0
  v_boot_files | while read -r v_file; do rm -f "$v_file"; done
)

# what a guard that is over could not remove, one line each; those of another guard that is at work are no remains
v_remains() {
  for v_token in "$V_HERE"/armed.* "$V_HERE"/rolling-back.* "$V_HERE"/rollback-failed.*; do
    [ ! -e "$v_token" ] || return 0
  done
  v_boot_files | sed 's/^/remains /'
}

v_disarm() {
  if v_has_systemd; then systemctl stop "valops-guard-$V_ID.timer" 2>/dev/null; fi
  v_remove_boot_files
  if v_has_systemd; then
    systemctl daemon-reload
  elif read -r v_waiter 2>/dev/null <"$V_HERE/waiter.pid" && [ "$v_waiter" != $$ ] &&
    grep -q "VALOPS_WAIT=$V_ID" "/proc/$v_waiter/environ" 2>/dev/null; then
    kill "$v_waiter" 2>/dev/null
  fi
  rm -f "$V_RUN/valops-guard-$V_ID" "$V_RUN/valops-guard-$V_ID.out" "$V_RUN/valops-guard-$V_ID.undone"
}

# When the login behind this process began, in hundredths of a second since boot: the start of the
# nearest sshd above us, which serves one connection, or of the shell which login(1) started; else
# of our first ancestor. A terminal multiplexer is as old as the login that started it.
v_login_start() {
  v_pid=$$
  v_begin=0
  while [ "$v_pid" -gt 1 ] && read -r v_stat 2>/dev/null <"/proc/$v_pid/stat"; do
    v_comm=\${v_stat#*"("}
    v_comm=\${v_comm%")"*}
    set -- \${v_stat##*") "}
    [ "$v_comm" != login ] || break
    v_pid=$2
    shift 19
    v_begin=$1
    case $v_comm in sshd | sshd-session) break ;; esac
  done
  printf '%s\\n' "$v_begin"
}

# v_confirm ACTOR; exits 11 when not armed, 12 from an old login, 13 when nothing was applied in full
v_confirm() {
  v_now=$(v_state)
  if [ "$v_now" != armed ]; then printf 'state %s\\n' "$v_now"; return 11; fi
  if [ -e "$V_RUN/valops-guard-$V_ID.undone" ]; then printf 'state rollback-failed\\n'; return 11; fi
  if ! read -r v_result v_at 2>/dev/null <"$V_HERE/apply.done" || [ "$v_result" != ok ]; then return 13; fi
  if [ "$V_NEW_LOGIN" = 1 ] && [ "$(v_login_start)" -lt "$v_at" ]; then return 12; fi
  if ! v_move armed confirmed; then printf 'state %s\\n' "$(v_state)"; return 11; fi
  v_journal confirm confirmed "$1"
  v_disarm
}

# only renames and removes: it works on a disk that is full
v_cancel() {
  [ ! -e "$V_HERE/apply.started" ] && { v_move armed cancelled || [ -e "$V_HERE/cancelled.$V_ID" ]; } && v_disarm
}
`;
