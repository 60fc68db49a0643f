import type { Check } from '../../check.ts';
import { noKeysInRepositories } from './no-keys-in-repositories.ts';
import { noTokensInRepositories } from './no-tokens-in-repositories.ts';
import { envFilesUntracked } from './env-files-untracked.ts';
import { envFilesPrivate } from './env-files-private.ts';
import { noCredentialsInGitConfig } from './no-credentials-in-git-config.ts';
import { lockfiles } from './lockfiles.ts';
import { toolsPinned } from './tools-pinned.ts';
import { sbom } from './sbom.ts';
import { actionsPinned } from './actions-pinned.ts';
import { ciTokenPermissions } from './ci-token-permissions.ts';
import { baseImagesPinned } from './base-images-pinned.ts';
import { processEnvironment } from './process-environment.ts';
import { environmentFiles } from './environment-files.ts';
import { unitLimits } from './unit-limits.ts';
import { unitEgress } from './unit-egress.ts';
import { postgresAddresses } from './postgres-addresses.ts';
import { postgresTls } from './postgres-tls.ts';
import { postgresRules } from './postgres-rules.ts';
import { postgresSuperusers } from './postgres-superusers.ts';
import { rpcFallbacks } from './rpc-fallbacks.ts';
import { containerPrivileges } from './container-privileges.ts';
import { containerConfinement } from './container-confinement.ts';
import { containerImagesPinned } from './container-images-pinned.ts';
import { containerLimits } from './container-limits.ts';

/** Checks of programs that run beside or instead of a validator. */
export const workloadChecks: readonly Check[] = [
  noKeysInRepositories,
  noTokensInRepositories,
  envFilesUntracked,
  envFilesPrivate,
  noCredentialsInGitConfig,
  lockfiles,
  toolsPinned,
  sbom,
  actionsPinned,
  ciTokenPermissions,
  baseImagesPinned,
  processEnvironment,
  environmentFiles,
  unitLimits,
  unitEgress,
  postgresAddresses,
  postgresTls,
  postgresRules,
  postgresSuperusers,
  rpcFallbacks,
  containerPrivileges,
  containerConfinement,
  containerImagesPinned,
  containerLimits,
];
