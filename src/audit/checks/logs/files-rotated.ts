import { logsFiles } from '../../../facts/logs/files.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const gigabyte = 2 ** 30;
const late = 8 * 86_400_000;

export const filesRotated = defineCheck({
  id: 'logs.files-rotated',
  title: 'log files are rotated before they fill the disk',
  why: 'The log of a validator grows by gigabytes a day: where nobody rotates it, the disk is full on some night.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth(
    'none above 1 GiB; logrotate ran in the last 8 days',
    'agave docs: validator log rotation; CIS Ubuntu 24.04 6.1.3.8',
  ),
  remediation:
    'A file in /etc/logrotate.d for it, with postrotate: systemctl kill -s USR1 <UNIT>; systemctl enable --now logrotate.timer',
  needs: { files: logsFiles },
  evaluate: ({ files: { odd, cut, rotation } }, { now }) => {
    const large = odd
      .filter(({ size }) => size >= gigabyte)
      .map(({ path, size }): Judgement => ({
        status: 'fail',
        subject: path,
        expected: 'at most 1 GiB',
        actual: `${(size / gigabyte).toFixed(1)} GiB`,
        file: path,
      }));
    const ran = rotation.last === null ? undefined : Date.parse(rotation.last);
    const starts = rotation.timer.includes('enabled') || rotation.cron;
    const stale = ran !== undefined && now.getTime() - ran > late;
    const rotated: readonly Judgement[] = rotation.installed
      ? [
          {
            status: stale || !starts ? 'fail' : 'pass',
            subject: 'logrotate',
            expected: 'started every day',
            actual: starts ? 'a timer or cron starts it' : 'nothing starts it',
            running: ran === undefined ? 'it has not run yet' : `last run ${rotation.last}`,
          },
        ]
      : [{ status: 'skip', subject: 'logrotate', evidence: 'it is not installed: only the journal rotates itself' }];
    return [
      ...large,
      ...(cut ? [{ status: 'unknown', subject: '/var/log', evidence: 'the search was cut off' } as const] : []),
      ...(large.length === 0 && !cut
        ? [{ status: 'pass', subject: '/var/log', actual: 'no file above 1 GiB' } as const]
        : []),
      ...rotated,
    ];
  },
});
