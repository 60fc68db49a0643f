import { logsJournal } from '../../../facts/logs/journal.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';

const days = 30;
const day = 86_400_000;

export const recordsKept = defineCheck({
  id: 'logs.records-kept',
  title: 'the journal goes back a month, or to the first boot',
  why: 'Intruders are found after weeks: a log that begins later was too small, or was emptied by somebody.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth(
    `${days} days, or since the first boot`,
    'CIS Controls v8 8.10: retain audit logs; NIST SP 800-92, 4.2',
  ),
  remediation:
    'If nobody emptied it: SystemMaxUse=4G in /etc/systemd/journald.conf.d/60-size.conf; systemctl restart systemd-journald',
  needs: { journal: logsJournal },
  evaluate: ({ journal: { since, installed, used } }, { now }) => {
    if (since === null) return [{ status: 'unknown', subject: 'journal', evidence: 'it holds no record' }];
    const begins = Date.parse(since);
    const wanted = now.getTime() - days * day;
    const first = installed === null ? null : Date.parse(installed);
    const common = {
      subject: 'journal',
      expected: `back to ${new Date(Math.max(wanted, first ?? wanted)).toISOString().slice(0, 10)}`,
      actual: `since ${since.slice(0, 10)}`,
      ...(used === null ? {} : { evidence: `${Math.round(used / 1e6)} MB` }),
    };
    if (begins <= wanted) return [{ ...common, status: 'pass' }];
    if (first === null)
      return [{ ...common, status: 'unknown', evidence: 'nothing tells when this host was first booted' }];
    return [{ ...common, status: begins - first <= day ? 'pass' : 'fail' }];
  },
});
