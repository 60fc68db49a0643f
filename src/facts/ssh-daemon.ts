/**
 * Shell functions of questions to sshd. `daemon_options` prints `SSHD_OPTS` of /etc/default/ssh as
 * systemd reads it (an EnvironmentFile: no shell runs). `sshd_test ARG…` is `sshd -T` under those
 * options. Where /run/sshd is missing (ssh.socket, no connection yet) sshd refuses even to test; it
 * is then given one in a mount namespace of its own, so that the host stays as it is.
 */
export const daemonFunctions = `command -v sshd >/dev/null || { echo 'sshd is not installed' >&2; exit 127; }
daemon_options() {
  [ ! -r /etc/default/ssh ] || sed -n 's/^[[:space:]]*SSHD_OPTS=//p' /etc/default/ssh | tail -n 1 | tr -d "\\"'"
}
sshd_program=$(command -v sshd)
sshd_options=$(daemon_options)
sshd_test() {
  set -f
  if [ -d /run/sshd ]; then
    # shellcheck disable=SC2086 # the options are words
    "$sshd_program" -T $sshd_options "$@"
  else
    # shellcheck disable=SC2086,SC2016
    unshare -m --propagation private sh -c 'mount -t tmpfs -o mode=755 none /run && mkdir -m 755 /run/sshd && exec "$@"' \\
      sh "$sshd_program" -T $sshd_options "$@"
  fi
}
`;

/**
 * Shell function that tells whether sshd's configuration may hold a Match block: one below /etc/ssh,
 * or files that are elsewhere. Needs `daemonFunctions`.
 */
export const mayMatchFunction = `may_match() {
  [ -z "$sshd_options" ] || return 0
  ! grep -rsiq '^[[:space:]]*"\\{0,1\\}match' /etc/ssh || return 0
  grep -rhsi '^[[:space:]]*"\\{0,1\\}include' /etc/ssh | tr ' \\t="' '\\n' | grep '^/' | grep -qv '^/etc/ssh/'
}
`;

/** Throws, as the reason of an unknown fact, what sshd said when it refused. */
export function refuseUnlessDone(answer: { readonly exitCode: number; readonly stderr: string }): void {
  if (answer.exitCode === 0) return;
  const said = answer.stderr
    .trim()
    .split(/\s*\n\s*/)
    .join('; ');
  throw new Error(answer.exitCode === 127 && said !== '' ? said : `sshd -T ended with ${answer.exitCode}: ${said}`);
}
