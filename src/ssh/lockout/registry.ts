import type { Refusal } from '../../core/plan.ts';
import type { SshPolicy } from '../../policy/ssh/policy.ts';
import type { Judged } from '../judged.ts';
import { wantedPorts } from '../ports.ts';
import { predictSettings } from '../predicted.ts';
import type { SshState } from '../state.ts';
import { account } from './account.ts';
import { algorithms } from './algorithms.ts';
import { authenticationMethods } from './authentication-methods.ts';
import { excluded } from './excluded.ts';
import { keyFileModes } from './key-file-modes.ts';
import { keySource } from './key-source.ts';
import { keyType } from './key-type.ts';
import { listening } from './listening.ts';
import { noKey } from './no-key.ts';
import { port } from './port.ts';
import { rootLogin } from './root-login.ts';
import type { LockoutRule } from './rule.ts';
import { shell } from './shell.ts';
import { sudo } from './sudo.ts';

/** Every rule there is. All are asked, so that nobody mends them one run at a time. */
export const lockoutRules: readonly LockoutRule[] = [
  excluded,
  noKey,
  keyType,
  keyFileModes,
  keySource,
  rootLogin,
  authenticationMethods,
  account,
  shell,
  sudo,
  port,
  listening,
  algorithms,
];

/** Asks every rule about the host as it would be. */
export function judgeLockout(policy: SshPolicy, state: SshState, judged: readonly Judged[]): readonly Refusal[] {
  const after = predictSettings(judged, state.effective, state.forLogin.settings);
  const ports = wantedPorts(policy.port, state.login);
  return lockoutRules.flatMap(({ id, judge }) => {
    const refusal = judge({ state, after, ports });
    return refusal === null ? [] : [{ rule: id, ...refusal }];
  });
}
