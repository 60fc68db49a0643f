import { systemClock } from '../../../facts/system/clock.ts';
import { defineCheck } from '../../check.ts';

/** Seconds. The host is asked after our own clock was read, and a slow host answers late. */
const [behind, ahead] = [5, 60];

export const clockAgrees = defineCheck({
  id: 'time.clock-agrees',
  title: 'the clock of the host agrees with that of who looks',
  why: 'With a wrong clock, certificates and waivers end at the wrong time, logs cannot be compared, and blocks are late.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'within about a minute', source: 'agave docs: clock accuracy' },
    'cis-l1': { want: 'within about a minute', source: 'CIS Ubuntu 24.04 2.3' },
  },
  remediation: 'See which of the two is wrong: timedatectl; chronyc tracking',
  needs: { clock: systemClock },
  evaluate: ({ clock }, { now }) => {
    const seconds = Math.round(clock.now - now.getTime() / 1000);
    const off = seconds < -behind || seconds > ahead;
    return [
      {
        status: off ? 'fail' : 'pass',
        subject: 'clock',
        expected: `at most ${behind} s behind, or ${ahead} s ahead`,
        running: `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead'}`,
      },
    ];
  },
});
