import type { Check } from '../../check.ts';
import { baselineAccounts } from './accounts.ts';
import { baselineBinaries } from './binaries.ts';
import { baselineJournalled } from './journalled.ts';
import { baselineKeys } from './keys.ts';
import { baselineListeners } from './listeners.ts';
import { baselinePackageSources } from './package-sources.ts';
import { baselinePersistence } from './persistence.ts';
import { baselinePrivilegedFiles } from './privileged-files.ts';
import { baselineResolver } from './resolver.ts';
import { baselineRules } from './rules.ts';
import { baselineUnits } from './units.ts';

export const baselineChecks: readonly Check[] = [
  baselineJournalled,
  baselineAccounts,
  baselineKeys,
  baselineListeners,
  baselineRules,
  baselineUnits,
  baselinePersistence,
  baselinePrivilegedFiles,
  baselinePackageSources,
  baselineResolver,
  baselineBinaries,
];
