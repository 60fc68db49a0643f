/**
 * POSIX sh functions that roll back: safe to be killed anywhere and to be run again, by one process
 * at a time. A step that fails does not keep the others from being undone; everything is tried
 * three times, and files are compared with what they must be before it counts as done.
 */
export const undoFunctions = `
# Processes of the apply: its session, and marked in their environment because numbers are used again
v_applying() {
  read -r v_leader 2>/dev/null <"$V_HERE/apply.pid" || return 0
  for v_file in $(grep -l "VALOPS_APPLY=$V_ID" /proc/[0-9]*/environ 2>/dev/null); do
    v_pid=\${v_file#/proc/}
    v_pid=\${v_pid%/environ}
    read -r v_stat 2>/dev/null <"/proc/$v_pid/stat" || continue
    set -- \${v_stat##*") "}
    if [ "$4" = "$v_leader" ] && [ "$1" != Z ]; then printf '%s\\n' "$v_pid"; fi
  done
}

v_stop_apply() {
  v_tries=0
  while [ $v_tries -lt 100 ]; do
    v_left=$(v_applying)
    [ -n "$v_left" ] || return 0
    kill -KILL $v_left 2>/dev/null
    sleep 0.1
    v_tries=$((v_tries + 1))
  done
}

# v_undo_step INDEX KIND TEXT
v_undo_step() {
  if [ "$v_phase" = files ] && [ "$2" = run ]; then return; fi
  v_try "undo_$1" "$3"
}

# v_try FUNCTION TEXT; what it says goes to memory: on a full disk a program that cannot speak would fail
v_try() {
  v_said=$V_RUN/valops-guard-$V_ID.out
  true 2>/dev/null >"$v_said" || v_said=/dev/null
  if "$1" >"$v_said" 2>&1; then
    printf 'ok %s\\n' "$2" >>"$V_HERE/results"
  else
    v_bad=1
    printf 'failed %s: %s\\n' "$2" "$(tail -n 1 "$v_said" | tr -cd '\\040-\\176' | cut -c 1-300)" >>"$V_HERE/results"
  fi
}

# v_undo PHASE: 'files' restores files only, 'all' runs everything
v_undo() {
  v_phase=$1
  v_pass=1
  while :; do
    v_bad=
    # not ":", whose failure would end this program
    true 2>/dev/null >"$V_HERE/results"
    v_undo_steps
    v_check_steps
    [ -n "$v_bad" ] || return 0
    [ "$v_pass" -lt 3 ] || return 1
    v_pass=$((v_pass + 1))
    sleep 1
  done
}

# v_rollback ACTOR; returns 6 when it could not be completed, 10 without a guard, 11 when confirmed
v_rollback() {
  v_move armed rolling-back || v_move rollback-failed rolling-back
  exec 9<"$V_HERE/guard.sh"
  flock 9
  case $(v_state) in
    rolling-back) ;;
    armed)
      # the disk is read-only: what can be undone is undone all the same, and cannot be confirmed any more
      true >"$V_RUN/valops-guard-$V_ID.undone"
      v_stop_apply
      v_undo all
      return 6
      ;;
    rolled-back)
      v_disarm
      return 0
      ;;
    rollback-failed) return 6 ;;
    confirmed)
      v_disarm
      return 11
      ;;
    cancelled)
      v_disarm
      return 10
      ;;
    *) return 10 ;;
  esac
  v_stop_apply
  if v_undo all; then
    v_journal rollback rolled-back "$1"
    v_move rolling-back rolled-back
    v_disarm
  else
    v_journal rollback rollback-failed "$1"
    v_move rolling-back rollback-failed
    return 6
  fi
}

# before the network: the token decides, files are restored, the rest follows once services run
v_boot() {
  [ ! -e "$V_RUN/valops-guard-$V_ID" ] || return 0
  v_move armed rolling-back || v_move rollback-failed rolling-back
  case $(v_state) in rolling-back | armed) ;; *) return 0 ;; esac
  exec 9<"$V_HERE/guard.sh"
  flock 9
  v_undo files
}

v_boot_finish() {
  [ ! -e "$V_RUN/valops-guard-$V_ID" ] || return 0
  case $(v_state) in
    rolled-back | confirmed | cancelled) v_disarm ;;
    *) v_rollback '"guard, at boot"' ;;
  esac
}

v_wait() {
  printf '%s\\n' $$ >"$V_HERE/waiter.pid"
  read -r v_deadline <"$V_HERE/deadline"
  while v_left=$((v_deadline - $(v_uptime))) && [ "$v_left" -gt 0 ]; do
    if [ "$v_left" -gt 200 ]; then sleep 1; else sleep 0.1 || sleep 1; fi
  done
  v_rollback '"guard"'
}
`;
