import type { Check } from '../../check.ts';
import { asOnDisk } from './as-on-disk.ts';
import { capabilities } from './capabilities.ts';
import { enabledAtBoot } from './enabled-at-boot.ts';
import { exposure } from './exposure.ts';
import { fewRestarts } from './few-restarts.ts';
import { fileAccess } from './file-access.ts';
import { kernelProtection } from './kernel-protection.ts';
import { namespaces } from './namespaces.ts';
import { noCoreDumps } from './no-core-dumps.ts';
import { noDebugShell } from './no-debug-shell.ts';
import { noFailedUnits } from './no-failed-units.ts';
import { noNewPrivileges } from './no-new-privileges.ts';
import { noSecretsInEnvironment } from './no-secrets-in-environment.ts';
import { noUnneededServices } from './no-unneeded-services.ts';
import { onlyUnitsAsServiceUsers } from './only-units-as-service-users.ts';
import { openFiles } from './open-files.ts';
import { ownUser } from './own-user.ts';
import { restartPolicy } from './restart-policy.ts';
import { seccomp } from './seccomp.ts';
import { unitsRun } from './units-run.ts';

export const serviceChecks: readonly Check[] = [
  asOnDisk,
  capabilities,
  enabledAtBoot,
  exposure,
  fewRestarts,
  fileAccess,
  kernelProtection,
  namespaces,
  noCoreDumps,
  noDebugShell,
  noFailedUnits,
  noNewPrivileges,
  noSecretsInEnvironment,
  noUnneededServices,
  onlyUnitsAsServiceUsers,
  openFiles,
  ownUser,
  restartPolicy,
  seccomp,
  unitsRun,
];
