import type { Check } from '../../check.ts';
import { delivery } from './delivery.ts';
import { schedule } from './schedule.ts';

export const auditChecks: readonly Check[] = [schedule, delivery];
