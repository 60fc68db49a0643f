import { defineBaselineCheck } from '../../baseline/baseline-check.ts';
import { rulesSection } from '../../baseline/sections/rules.ts';

export const baselineRules = defineBaselineCheck(rulesSection, {
  why: 'One accept before the others opens the host, and the policy of the chain still reads drop.',
  severity: 'high',
  remediation: 'Bring the declared rules back: valops firewall plan; where it is meant: valops audit baseline accept',
});
