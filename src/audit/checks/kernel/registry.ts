import type { Check } from '../../check.ts';
import { addressesRandomised } from './addresses-randomised.ts';
import { bpfRestricted } from './bpf-restricted.ts';
import { commandLine } from './command-line.ts';
import { kexecDisabled } from './kexec-disabled.ts';
import { lockdown } from './lockdown.ts';
import { logRestricted } from './log-restricted.ts';
import { lowMemoryGuarded } from './low-memory-guarded.ts';
import { mandatoryAccess } from './mandatory-access.ts';
import { modulesOfItsOwn } from './modules-of-its-own.ts';
import { networkProtocols } from './network-protocols.ts';
import { noCoreDumps } from './no-core-dumps.ts';
import { noSetuidDumps } from './no-setuid-dumps.ts';
import { noStoredDumps } from './no-stored-dumps.ts';
import { noSwapInClear } from './no-swap-in-clear.ts';
import { perfRestricted } from './perf-restricted.ts';
import { pointersHidden } from './pointers-hidden.ts';
import { processorFlaws } from './processor-flaws.ts';
import { ptraceRestricted } from './ptrace-restricted.ts';
import { rareFilesystems } from './rare-filesystems.ts';
import { settingsInForce } from './settings-in-force.ts';
import { sharedDirectories } from './shared-directories.ts';
import { sysrqLimited } from './sysrq-limited.ts';
import { validatorLimits } from './validator-limits.ts';

export const kernelChecks: readonly Check[] = [
  addressesRandomised,
  bpfRestricted,
  commandLine,
  kexecDisabled,
  lockdown,
  logRestricted,
  lowMemoryGuarded,
  mandatoryAccess,
  modulesOfItsOwn,
  networkProtocols,
  noCoreDumps,
  noSetuidDumps,
  noStoredDumps,
  noSwapInClear,
  perfRestricted,
  pointersHidden,
  processorFlaws,
  ptraceRestricted,
  rareFilesystems,
  settingsInForce,
  sharedDirectories,
  sysrqLimited,
  validatorLimits,
];
