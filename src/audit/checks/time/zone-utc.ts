import { systemClock } from '../../../facts/system/clock.ts';
import { defineCheck } from '../../check.ts';

const utc = ['UTC', 'Etc/UTC', 'Etc/UCT', 'Etc/Universal', 'Etc/Zulu', 'Etc/GMT', 'UCT', 'Universal', 'Zulu'];

export const zoneUtc = defineCheck({
  id: 'time.zone-utc',
  title: 'the host keeps its times in UTC',
  why: 'Logs of hosts in several zones cannot be laid side by side in an incident, and cron runs twice or never when clocks change.',
  severity: 'low',
  cadence: 'monthly',
  expectations: { validator: { want: 'UTC', source: 'NIST SP 800-92, 3.1: consistent timestamps' } },
  remediation:
    'timedatectl set-timezone Etc/UTC; restart what keeps the zone it began with: systemctl restart cron rsyslog',
  needs: { clock: systemClock },
  evaluate: ({ clock: { timezone: zone } }) => {
    // without /etc/localtime, it is UTC: localtime(5)
    if (zone === null)
      return [{ status: 'pass', subject: '/etc/localtime', expected: 'UTC', actual: 'none, which is UTC' }];
    return [{ status: utc.includes(zone) ? 'pass' : 'fail', subject: '/etc/localtime', expected: 'UTC', actual: zone }];
  },
});
