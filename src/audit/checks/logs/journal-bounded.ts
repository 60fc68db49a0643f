import { logsJournal } from '../../../facts/logs/journal.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

export const journalBounded = defineCheck({
  id: 'logs.journal-bounded',
  title: 'the journal cannot fill the disk',
  why: 'A full disk stops the validator, its ledger and its own log; anybody who can log can fill an unbounded one.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: ofBoth(
    'at most half of the file system (by default a tenth, and 4 GB)',
    'journald.conf(5), SystemMaxUse; CIS Ubuntu 24.04 6.1.1.3',
  ),
  remediation:
    "printf '[Journal]\\nSystemMaxUse=4G\\n' >/etc/systemd/journald.conf.d/60-size.conf; systemctl restart systemd-journald",
  needs: { journal: logsJournal },
  evaluate: ({ journal: { settings, disk, used } }) => {
    const set = settings['SystemMaxUse'];
    const running = used === null ? {} : { running: `${Math.round(used / 1e6)} MB used` };
    if (set === undefined || set.value === '')
      return [{ status: 'pass', subject: 'SystemMaxUse', expected: 'bounded', actual: 'the default', ...running }];
    const common = {
      subject: 'SystemMaxUse',
      expected: 'at most half of the file system',
      actual: set.value,
      file: set.file,
      ...running,
    };
    const [, number, unit = ''] = /^(\d+)([KMGT]?)$/.exec(set.value) ?? [];
    if (number === undefined || disk === null)
      return [
        {
          ...common,
          status: 'unknown',
          evidence: disk === null ? 'the size of /var/log is not known' : 'it is no size',
        },
      ];
    const most = Number(number) * (units[unit] ?? 1);
    return [
      {
        ...common,
        status: most > disk.size / 2 ? 'fail' : 'pass',
        evidence: `/var/log has ${Math.round(disk.size / 1e9)} GB`,
      },
    ];
  },
});
