import type { Check } from '../../check.ts';
import { onlyRootIsUid0 } from './only-root-is-uid-0.ts';

export const accountChecks: readonly Check[] = [onlyRootIsUid0];
