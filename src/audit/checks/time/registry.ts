import type { Check } from '../../check.ts';
import { clockAgrees } from './clock-agrees.ts';
import { oneSynchroniser } from './one-synchroniser.ts';

export const timeChecks: readonly Check[] = [clockAgrees, oneSynchroniser];
