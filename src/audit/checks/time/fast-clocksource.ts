import { timeSync } from '../../../facts/time/sync.ts';
import { defineCheck } from '../../check.ts';

const slow = ['hpet', 'acpi_pm', 'jiffies', 'refined-jiffies', 'pit'];

export const fastClocksource = defineCheck({
  id: 'time.fast-clocksource',
  title: 'the kernel reads its time from a fast counter',
  why: 'A kernel that found its counter unstable falls back to one that is a hundred times slower: a validator asks for the time constantly.',
  severity: 'low',
  cadence: 'monthly',
  expectations: { validator: { want: `none of ${slow.join(', ')}`, source: 'kernel docs: timers/timekeeping' } },
  remediation: 'dmesg | grep -i clocksource; a firmware update, or a machine whose TSC is stable',
  needs: { sync: timeSync },
  evaluate: ({ sync: { clocksource } }) => {
    if (clocksource === null)
      return [{ status: 'unknown', subject: 'clocksource', evidence: 'the kernel does not tell' }];
    const status = slow.includes(clocksource) ? 'fail' : 'pass';
    return [{ status, subject: 'clocksource', expected: `none of ${slow.join(', ')}`, running: clocksource }];
  },
});
