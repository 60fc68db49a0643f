import { defineBaselineCheck } from '../../baseline/baseline-check.ts';
import { keysSection } from '../../baseline/sections/keys.ts';

export const baselineKeys = defineBaselineCheck(keysSection, {
  why: 'One more line in authorized_keys outlives every change of passwords, and a host key that changed may be somebody else answering.',
  severity: 'critical',
  remediation:
    'Ask whose key it is, and take the line out unless somebody answers; where it is meant: valops audit baseline accept',
});
