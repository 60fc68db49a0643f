import type { Check } from '../../check.ts';
import { allowedUsers } from './allowed-users.ts';
import { authorizedKeysFiles } from './authorized-keys-files.ts';
import { authorizedKeysStrong } from './authorized-keys-strong.ts';
import { authorizedKeysUsed } from './authorized-keys-used.ts';
import { ciphers } from './ciphers.ts';
import { configModes } from './config-modes.ts';
import { enabledAtBoot } from './enabled-at-boot.ts';
import { forwarding } from './forwarding.ts';
import { hostKeyAlgorithms } from './host-key-algorithms.ts';
import { hostKeyModes } from './host-key-modes.ts';
import { hostKeys } from './host-keys.ts';
import { keyExchange } from './key-exchange.ts';
import { keysAccepted } from './keys-accepted.ts';
import { limits } from './limits.ts';
import { logLevel } from './log-level.ts';
import { loginSources } from './login-sources.ts';
import { macs } from './macs.ts';
import { moduli } from './moduli.ts';
import { noEmptyPasswords } from './no-empty-passwords.ts';
import { noHostTrust } from './no-host-trust.ts';
import { noPasswords } from './no-passwords.ts';
import { noUserEnvironment } from './no-user-environment.ts';
import { otherSettings } from './other-settings.ts';
import { rootLogin } from './root-login.ts';
import { strictModes } from './strict-modes.ts';
import { userKeyAlgorithms } from './user-key-algorithms.ts';
import { newLoginSources } from './new-login-sources.ts';
import { newLoginUsers } from './new-login-users.ts';
import { failedLoginPressure } from './failed-login-pressure.ts';
import { rootLogins } from './root-logins.ts';
import { loginsByKey } from './logins-by-key.ts';
import { noLoginAfterFailures } from './no-login-after-failures.ts';
import { loginKeysKnown } from './login-keys-known.ts';
import { clientChecksHosts } from './client-checks-hosts.ts';
import { configValid } from './config-valid.ts';
import { keysFromFiles } from './keys-from-files.ts';
import { oneServer } from './one-server.ts';
import { runningCurrent } from './running-current.ts';

export const sshChecks: readonly Check[] = [
  allowedUsers,
  authorizedKeysFiles,
  authorizedKeysStrong,
  authorizedKeysUsed,
  ciphers,
  configModes,
  enabledAtBoot,
  forwarding,
  hostKeyAlgorithms,
  hostKeyModes,
  hostKeys,
  keyExchange,
  keysAccepted,
  limits,
  logLevel,
  loginSources,
  macs,
  moduli,
  noEmptyPasswords,
  noHostTrust,
  noPasswords,
  noUserEnvironment,
  otherSettings,
  rootLogin,
  strictModes,
  userKeyAlgorithms,
  newLoginSources,
  newLoginUsers,
  failedLoginPressure,
  rootLogins,
  loginsByKey,
  noLoginAfterFailures,
  loginKeysKnown,
  clientChecksHosts,
  configValid,
  keysFromFiles,
  oneServer,
  runningCurrent,
];
