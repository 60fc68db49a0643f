import type { Check } from '../../check.ts';
import { noBaseline } from '../../baseline/baseline-check.ts';

const wanted = { want: 'the digest that was journalled', source: 'valops audit baseline accept' };

export const baselineJournalled: Check = {
  id: 'baseline.journalled',
  title: 'the baseline is the one that was accepted',
  why: 'Who can rewrite the memory of how a host should be can make every change to it look as if it was always there.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: wanted, 'cis-l1': wanted },
  remediation:
    'Compare the digest with one that left this machine (reports, journal heads), see what differs, then accept anew: valops audit baseline accept --host <HOST>',
  questions: () => [],
  judge({ name: subject }, { baseline: state }) {
    if (state === undefined) return [{ status: 'skip', subject, evidence: noBaseline }];
    if (state.state === 'unproven')
      return [{ status: state.tampered ? 'fail' : 'unknown', subject, evidence: state.reason }];
    const { acceptedAt, acceptedBy } = state.baseline;
    return [{ status: 'pass', subject, actual: `sha256 ${state.digest}, accepted at ${acceptedAt} by ${acceptedBy}` }];
  },
};
