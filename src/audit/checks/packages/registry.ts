import type { Check } from '../../check.ts';
import { aptFilesOwnedByRoot } from './apt-files-owned-by-root.ts';
import { aptVerifies } from './apt-verifies.ts';
import { filesUnchanged } from './files-unchanged.ts';
import { listsFresh } from './lists-fresh.ts';
import { noGlobalKeys } from './no-global-keys.ts';
import { noInsecurePrograms } from './no-insecure-programs.ts';
import { noRebootPending } from './no-reboot-pending.ts';
import { noSecurityUpdatesPending } from './no-security-updates-pending.ts';
import { noneHalfInstalled } from './none-half-installed.ts';
import { noneHeld } from './none-held.ts';
import { oneRelease } from './one-release.ts';
import { releaseSupported } from './release-supported.ts';
import { securitySource } from './security-source.ts';
import { sourcesBoundToKeys } from './sources-bound-to-keys.ts';
import { sourcesVerified } from './sources-verified.ts';
import { unattendedUpgrades } from './unattended-upgrades.ts';

export const packageChecks: readonly Check[] = [
  aptFilesOwnedByRoot,
  aptVerifies,
  filesUnchanged,
  listsFresh,
  noGlobalKeys,
  noInsecurePrograms,
  noRebootPending,
  noSecurityUpdatesPending,
  noneHalfInstalled,
  noneHeld,
  oneRelease,
  releaseSupported,
  securitySource,
  sourcesBoundToKeys,
  sourcesVerified,
  unattendedUpgrades,
];
