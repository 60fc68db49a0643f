import { defineBaselineCheck } from '../../baseline/baseline-check.ts';
import { persistenceSection } from '../../baseline/sections/persistence.ts';

export const baselinePersistence = defineBaselineCheck(persistenceSection, {
  why: 'Cron, PAM, start-up files and hooks of packages run code as root on occasions nobody thinks of; that is where intruders stay.',
  severity: 'critical',
  remediation:
    'Read the line that is named, and ask who wrote it. Remove what nobody meant; where it is meant: valops audit baseline accept',
});
