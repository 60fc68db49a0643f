import { defineBaselineCheck } from '../../baseline/baseline-check.ts';
import { privilegedFilesSection } from '../../baseline/sections/privileged-files.ts';

export const baselinePrivilegedFiles = defineBaselineCheck(privilegedFilesSection, {
  why: 'A copy of a shell with the setuid bit makes every user root, silently and for good.',
  severity: 'critical',
  remediation:
    'Take the power away: chmod u-s,g-s <FILE>; setcap -r <FILE>. After an upgrade of packages, where it is meant: valops audit baseline accept',
});
