import type { Check } from '../../check.ts';
import { binaryFormats } from './binary-formats.ts';
import { bootImageHooks } from './boot-image-hooks.ts';
import { cronPrograms } from './cron-programs.ts';
import { generators } from './generators.ts';
import { libraryDirectories } from './library-directories.ts';
import { logPrograms } from './log-programs.ts';
import { loginScripts } from './login-scripts.ts';
import { moduleCommands } from './module-commands.ts';
import { nameServiceModules } from './name-service-modules.ts';
import { networkHooks } from './network-hooks.ts';
import { noAtJobs } from './no-at-jobs.ts';
import { noCodeByEnvironment } from './no-code-by-environment.ts';
import { noLingering } from './no-lingering.ts';
import { noPreload } from './no-preload.ts';
import { noRcLocal } from './no-rc-local.ts';
import { noSuspiciousCommands } from './no-suspicious-commands.ts';
import { packageHooks } from './package-hooks.ts';
import { packagedFilesUnchanged } from './packaged-files-unchanged.ts';
import { pamModules } from './pam-modules.ts';
import { pamRules } from './pam-rules.ts';
import { placesAreRoots } from './places-are-roots.ts';
import { privilegeRules } from './privilege-rules.ts';
import { sleepHooks } from './sleep-hooks.ts';
import { udevPrograms } from './udev-programs.ts';
import { unitPrograms } from './unit-programs.ts';
import { userCrontabs } from './user-crontabs.ts';

export const persistenceChecks: readonly Check[] = [
  binaryFormats,
  bootImageHooks,
  cronPrograms,
  generators,
  libraryDirectories,
  logPrograms,
  loginScripts,
  moduleCommands,
  nameServiceModules,
  networkHooks,
  noAtJobs,
  noCodeByEnvironment,
  noLingering,
  noPreload,
  noRcLocal,
  noSuspiciousCommands,
  packageHooks,
  packagedFilesUnchanged,
  pamModules,
  pamRules,
  placesAreRoots,
  privilegeRules,
  sleepHooks,
  udevPrograms,
  unitPrograms,
  userCrontabs,
];
