/**
 * POSIX sh functions that compiled steps call. They need coreutils, and of it only what busybox
 * has as well. `V_STEP_SECONDS` bounds each program that is run.
 *
 * A write goes to a private name in the same directory (always the same one, so that a second run
 * removes what a killed first one left), is compared with the digest of what was sent, gets owner
 * and mode, is synced and renamed. A directory is never made: a path whose
 * directory is missing means that the facts were wrong.
 */
export const stepFunctions = `
v_sync() { sync "$@" 2>/dev/null || sync; }
v_digest() { sha256sum <"$1" | cut -d ' ' -f 1; }
v_owner() { if [ "$(id -u)" = 0 ]; then chown 0:0 "$1"; fi; }
v_say() { printf '%s\\n' "$1" >&2; }

# v_written PATH MODE SHA256
v_written() {
  [ -f "$1" ] && [ ! -L "$1" ] || { v_say "$1: not a file"; return 1; }
  [ "$(v_digest "$1")" = "$3" ] || { v_say "$1: has other content"; return 1; }
  [ "$(stat -c %a "$1")" = "$2" ] || { v_say "$1: has mode $(stat -c %a "$1"), not $2"; return 1; }
  [ "$(id -u)" != 0 ] || [ "$(stat -c %u:%g "$1")" = 0:0 ] || { v_say "$1: is not root's"; return 1; }
}

# v_write PATH MODE SHA256 <content
v_write() {
  if v_written "$@" 2>/dev/null; then
    cat >/dev/null
    rm -f "\${1%/*}/.valops-\${1##*/}"
    return 0
  fi
  [ ! -d "$1" ] || { v_say "$1: is a directory"; return 1; }
  v_dir=\${1%/*}/
  v_new=$v_dir.valops-\${1##*/}
  rm -f "$v_new"
  if (umask 077 && set -C && cat >"$v_new") && [ "$(v_digest "$v_new")" = "$3" ] && v_owner "$v_new" &&
    chmod "$2" "$v_new" && v_sync "$v_new" && mv -f "$v_new" "$1"; then
    v_sync "$v_dir"
    v_written "$@"
  else
    rm -f "$v_new"
    return 1
  fi
}

# v_removed PATH
v_removed() { [ ! -e "$1" ] && [ ! -L "$1" ] || { v_say "$1: is still there"; return 1; }; }

# v_remove PATH
v_remove() {
  rm -f "\${1%/*}/.valops-\${1##*/}"
  if v_removed "$1" 2>/dev/null; then return 0; fi
  rm -f "$1" && v_sync "\${1%/*}/" && v_removed "$1"
}

# v_run PROGRAM ARGUMENT... ; descriptor 9 is the guard's lock and not for children
v_run() {
  if command -v timeout >/dev/null 2>&1; then timeout -k 5 "$V_STEP_SECONDS" "$@" 9>&-; else "$@" 9>&-; fi
}
`;
