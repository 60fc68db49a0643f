import { systemInit } from '../../../facts/system/init.ts';
import { timeSync } from '../../../facts/time/sync.ts';
import { defineCheck } from '../../check.ts';
import { clockOfItsMachine } from '../../clock-judgements.ts';

export const synchronised = defineCheck({
  id: 'time.synchronised',
  title: 'the clock follows a source of time',
  why: 'A service that runs and reaches no server keeps nothing right: the clock drifts until votes and blocks are late.',
  severity: 'high',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'synchronised', source: 'agave docs: clock accuracy; adjtimex(2), STA_UNSYNC' },
    'cis-l1': { want: 'synchronised', source: 'CIS Ubuntu 24.04 2.3' },
  },
  remediation: 'timedatectl; chronyc -n sources; let udp/123 out to your servers, or name ones that answer',
  needs: { sync: timeSync, init: systemInit },
  evaluate: ({ sync: { timedate, tracking }, init }, _policy, { name }) => {
    const elsewhere = clockOfItsMachine(init, name);
    if (elsewhere !== null) return elsewhere;
    const from = tracking.flatMap(({ service, source }) => (source === null ? [] : [`${service} from ${source}`]));
    if (timedate === null && tracking.length === 0)
      return [
        { status: 'unknown', subject: 'clock', evidence: 'neither systemd-timedated nor a service of time told' },
      ];
    const follows = timedate === null ? from.length > 0 : timedate.synchronised;
    return [
      {
        status: follows ? 'pass' : 'fail',
        subject: 'clock',
        expected: 'synchronised',
        running: follows ? 'synchronised' : 'not synchronised',
        evidence: from.join('\n') || 'no service says where it takes the time from',
      },
    ];
  },
});
