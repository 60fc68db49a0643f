import type { Step } from '../core/change.ts';
import type { SshUnit } from '../facts/ssh/unit.ts';

/**
 * Steps that make sshd read its configuration again without ending any session: reload, never
 * restart. sshd executes itself anew then, and a second signal in that moment would end it: hence the
 * pause. A service that is not running (ssh.socket starts it) reads it when it starts.
 */
export function reloadSteps({ units }: SshUnit, pidFile: string): readonly Step[] {
  const unit = units?.find(({ name, load }) => /^sshd?\.service$/.test(name) && load === 'loaded')?.name;
  if (unit === undefined) {
    const script = 'if [ -s "$1" ]; then kill -HUP "$(cat "$1")" && sleep 1; fi';
    return [{ step: 'run', argv: ['sh', '-c', script, 'sh', pidFile] }];
  }
  const script = 'if systemctl is-active -q "$1"; then systemctl reload "$1" && sleep 1; fi';
  return [{ step: 'run', argv: ['sh', '-c', script, 'sh', unit] }];
}

/** Asks sshd whether the configuration on disk is one. */
export const testStep: Step = { step: 'run', argv: ['sh', '-c', 'mkdir -p /run/sshd && sshd -t'] };
