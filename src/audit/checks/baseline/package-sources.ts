import { defineBaselineCheck } from '../../baseline/baseline-check.ts';
import { packageSourcesSection } from '../../baseline/sections/package-sources.ts';

export const baselinePackageSources = defineBaselineCheck(packageSourcesSection, {
  why: 'Whoever serves a package source runs code as root with the next upgrade.',
  severity: 'high',
  remediation: 'Remove the source that nobody meant, and its key; where it is meant: valops audit baseline accept',
});
