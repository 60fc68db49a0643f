import { defineBaselineCheck } from '../../baseline/baseline-check.ts';
import { resolverSection } from '../../baseline/sections/resolver.ts';

export const baselineResolver = defineBaselineCheck(resolverSection, {
  why: 'Who decides where names lead decides which snapshots, releases and RPC answers the host gets.',
  severity: 'high',
  remediation:
    'See who wrote it: ls -l <FILE>; put back what was there; where it is meant: valops audit baseline accept',
});
