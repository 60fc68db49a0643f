import { systemClock } from '../../../facts/system/clock.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';
import { clockOfItsMachine, servicesUnseen } from '../../clock-judgements.ts';

export const oneSynchroniser = defineCheck({
  id: 'time.one-synchroniser',
  title: 'one service keeps the clock right',
  why: 'A validator whose clock drifts votes late or not at all; two services pull the clock to and fro.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'exactly one active', source: 'CIS Ubuntu 24.04 2.3.1.1; agave docs: clock accuracy' },
    'cis-l1': { want: 'exactly one active', source: 'CIS Ubuntu 24.04 2.3.1.1' },
  },
  remediation: 'Where there is none: apt-get install chrony; where there are two: systemctl disable --now <UNIT>',
  needs: { clock: systemClock, init: systemInit },
  evaluate: ({ clock: { synchronisers }, init }, _policy, { name }) => {
    const elsewhere = clockOfItsMachine(init, name);
    if (elsewhere !== null) return elsewhere;
    if (synchronisers === null) return servicesUnseen(name);
    return [
      {
        status: synchronisers.length === 1 ? 'pass' : 'fail',
        subject: 'clock',
        expected: 'exactly one active service',
        running: synchronisers.join(', ') || 'none',
      },
    ];
  },
});
