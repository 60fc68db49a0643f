import type { Check } from '../../check.ts';
import { noFailedUnits } from './no-failed-units.ts';

export const serviceChecks: readonly Check[] = [noFailedUnits];
