import type { Step } from '../core/change.ts';
import type { SshUnit } from '../facts/ssh/unit.ts';

/** Steps that make sshd read its configuration again without ending any session. */
export interface Reload {
  /** After a change; fails where sshd is not there any more afterwards. */
  readonly do: Step;
  /** After it was undone; sshd serves again if it served when the plan was made. */
  readonly undo: Step;
}

/**
 * Reload, never restart, where sshd holds its port. sshd executes itself anew then: a second signal in that
 * moment would end it, and it ends by itself when it cannot serve, hence the pause and the look afterwards.
 *
 * Where systemd holds the port (ssh.socket), sshd is stopped and the next login starts it: a reload would
 * have it bind that port itself, which ends it (Debian 13). Sessions go on without it (KillMode=process).
 *
 * A service that is not running reads its configuration when it starts.
 */
export function reloadSsh({ units, socketActivated }: SshUnit, pidFile: string): Reload {
  const unit = units?.find(({ name, load }) => /^sshd?\.service$/.test(name) && load === 'loaded');
  const socket = units?.find(({ name, active }) => /^sshd?\.socket$/.test(name) && active === 'active');
  if (unit === undefined) {
    const again = shell('if [ -s "$1" ]; then kill -HUP "$(cat "$1")" && sleep 1; fi', pidFile);
    return { do: again, undo: again };
  }
  if (socketActivated && socket !== undefined) {
    return { do: shell(stop, unit.name, socket.name), undo: shell(stopAndListen, unit.name, socket.name) };
  }
  return {
    do: shell(reload, unit.name),
    undo: shell(unit.active === 'active' ? reloadOrStart : reload, unit.name),
  };
}

/** Asks sshd whether the configuration on disk is one. */
export const testStep: Step = { step: 'run', argv: ['sh', '-c', 'mkdir -p /run/sshd && sshd -t'] };

const reload =
  'if systemctl is-active -q "$1"; then systemctl reload "$1" && sleep 1 && systemctl is-active -q "$1"; fi';
// one that stays as it is, because what is on disk is no configuration, has not gone back
const reloadOrStart = `if systemctl is-active -q "$1"; then
  systemctl reload "$1" || ! systemctl is-active -q "$1" || exit 1
  sleep 1
fi
systemctl is-active -q "$1" || { systemctl reset-failed "$1" 2>/dev/null; systemctl start "$1"; }`;
const stop = 'systemctl stop "$1" && systemctl is-active -q "$2"';
const stopAndListen = `mkdir -p /run/sshd && sshd -t && systemctl stop "$1"
stopped=$?
systemctl is-active -q "$2" || { systemctl reset-failed "$1" "$2" 2>/dev/null; systemctl start "$2"; } && exit $stopped`;

function shell(script: string, ...words: readonly string[]): Step {
  return { step: 'run', argv: ['sh', '-c', script, 'sh', ...words] };
}
