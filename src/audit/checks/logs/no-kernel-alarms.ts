import { logsJournal } from '../../../facts/logs/journal.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';

export const noKernelAlarms = defineCheck({
  id: 'logs.no-kernel-alarms',
  title: 'the kernel reported no failing memory, disk or machine',
  why: 'A disk that begins to fail, or a validator killed for memory, is told in the log days before the ledger is lost.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('none in 8 days', 'kernel docs: RAS; agave docs: hardware recommendations'),
  remediation: 'journalctl -k --since -8days; smartctl -a /dev/<DISK>; a backup now, while it still reads',
  needs: { journal: logsJournal, init: systemInit },
  evaluate: ({ journal: { alarms, kernel }, init }, _policy, { name }) => {
    if (alarms.length > 0)
      return alarms.map(({ kind, count, last }) => ({
        status: 'fail',
        subject: kind,
        expected: 'none',
        actual: count === 1 ? '1 record' : `${count} records`,
        evidence: last,
      }));
    const container = containerOf(init);
    if (!kernel && container !== undefined)
      return [
        {
          status: 'skip',
          subject: name,
          evidence: `a container (${container}): records of the kernel are its machine's`,
        },
      ];
    if (!kernel)
      return [
        {
          status: 'unknown',
          subject: 'kernel',
          evidence: 'the journal holds no record of the kernel',
        },
      ];
    return [{ status: 'pass', subject: 'kernel', actual: 'no alarm in 8 days' }];
  },
});
