import type { Check } from '../check.ts';
import { accountChecks } from './accounts/registry.ts';

/** Every check there is, by family, in the order in which reports show them. */
export const checks: readonly Check[] = [...accountChecks];
