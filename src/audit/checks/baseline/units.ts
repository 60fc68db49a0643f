import { defineBaselineCheck } from '../../baseline/baseline-check.ts';
import { unitsSection } from '../../baseline/sections/units.ts';

export const baselineUnits = defineBaselineCheck(unitsSection, {
  why: "A unit or a drop-in of three lines starts a stranger's program with every boot, as root.",
  severity: 'high',
  remediation:
    'Read it: systemctl cat <UNIT>. Disable and remove what nobody meant; where it is meant: valops audit baseline accept',
});
