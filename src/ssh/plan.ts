import type { Change, Unchanged } from '../core/change.ts';
import type { HostLogin, Snapshot } from '../core/fact.ts';
import type { Planned } from '../core/plan.ts';
import { wantedText } from '../policy/ssh/judge.ts';
import type { SshPolicy } from '../policy/ssh/policy.ts';
import { changeConfiguration } from './configuration.ts';
import { changeHostKeys } from './host-keys.ts';
import { judgeSettings, type Judged } from './judged.ts';
import { judgeLockout } from './lockout/registry.ts';
import { findMatchOverrides } from './match-overrides.ts';
import { changeModes } from './modes.ts';
import { changeModuli } from './moduli.ts';
import { refuseUnclear } from './unclear.ts';
import { readSshState, sshRestsOn } from './state.ts';

/**
 * Plans the hardening of sshd: pure. Every difference is told with the file and line that sets the
 * present value. Lockout rules are asked whenever something would change.
 */
export function planSsh(policy: SshPolicy, snapshot: Snapshot, login: HostLogin): Planned {
  const read = readSshState(snapshot, login);
  if ('refusals' in read) return { changes: [], unchanged: [], refusals: read.refusals, restsOn: sshRestsOn };
  const { state } = read;
  const judged = judgeSettings(policy, state);
  const overrides = findMatchOverrides(judged, state.files.directives);
  const configuration = changeConfiguration(policy, state, judged, overrides);
  const moduli = changeModuli(state.moduli, policy.moduliBits);
  const hostKeys = changeHostKeys(state, policy.rsaBits, configuration === null);
  const made = [changeModes(state), moduli, hostKeys, configuration];
  // an undo runs backwards: sshd is reloaded last once everything it reads is back
  const changes = made.filter((one): one is Change => one !== null && 'do' in one);
  const unclear = refuseUnclear(policy, state, judged, overrides);
  return {
    changes,
    unchanged: [...judged.filter(({ within }) => within).map(unchangedOf), ...('reason' in moduli ? [moduli] : [])],
    refusals: [...unclear, ...(changes.length === 0 ? [] : judgeLockout(policy, state, judged))],
    restsOn: sshRestsOn,
  };
}

function unchangedOf({ setting, effective, origin, inapplicable }: Judged): Unchanged {
  const id = `ssh.${setting.directive}`;
  if (inapplicable !== null) return { id, reason: inapplicable };
  const from = origin === null ? 'default' : `${origin.file} line ${origin.line}`;
  return { id, reason: `is ${effective ?? 'not set'} (${from}), wanted: ${wantedText(setting)}` };
}
