import type { Check } from '../../check.ts';
import { baselineAccounts } from './accounts.ts';
import { baselineJournalled } from './journalled.ts';
import { baselineKeys } from './keys.ts';
import { baselineListeners } from './listeners.ts';
import { baselineResolver } from './resolver.ts';
import { baselineRules } from './rules.ts';

export const baselineChecks: readonly Check[] = [
  baselineJournalled,
  baselineAccounts,
  baselineKeys,
  baselineListeners,
  baselineRules,
  baselineResolver,
];
