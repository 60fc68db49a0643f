import { defineBaselineCheck } from '../../baseline/baseline-check.ts';
import { binariesSection } from '../../baseline/sections/binaries.ts';

export const baselineBinaries = defineBaselineCheck(binariesSection, {
  why: "The program that holds the validator's key was replaced: by an update somebody meant, or by somebody else's.",
  severity: 'critical',
  remediation:
    'Compare with the pins: valops sync verify. Install the pinned release again: valops sync; after an update that was meant: valops audit baseline accept',
});
