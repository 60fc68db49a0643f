import { systemInit } from '../../../facts/system/init.ts';
import { timeSync } from '../../../facts/time/sync.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';

export const hardwareClockUtc = defineCheck({
  id: 'time.hardware-clock-utc',
  title: 'the hardware clock runs in UTC',
  why: 'A hardware clock in local time is an hour wrong after a boot in summer, until the network is up and NTP mends it.',
  severity: 'low',
  cadence: 'quarterly',
  expectations: { validator: { want: 'UTC', source: 'timedatectl(1), set-local-rtc' } },
  remediation: 'timedatectl set-local-rtc 0',
  needs: { sync: timeSync, init: systemInit },
  evaluate: ({ sync: { timedate, adjtime }, init }, _policy, { name }) => {
    const container = containerOf(init);
    if (container !== undefined)
      return [{ status: 'skip', subject: name, evidence: `a container (${container}) has no hardware clock` }];
    const local = adjtime === 'LOCAL' || timedate?.rtcIsLocal === true;
    // where /etc/adjtime is not there, it is UTC: hwclock(8)
    return [
      {
        status: local ? 'fail' : 'pass',
        subject: 'hardware clock',
        expected: 'UTC',
        actual: adjtime ?? 'not written, which is UTC',
        ...(timedate === null ? {} : { running: timedate.rtcIsLocal ? 'local time' : 'UTC' }),
        file: '/etc/adjtime:3',
      },
    ];
  },
});
