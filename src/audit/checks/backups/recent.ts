import { custodyCatalogueAt } from '../../../facts/custody/catalogue.ts';
import { daysSince, readBackups, skew } from '../../backups-read.ts';
import { defineCheck } from '../../check.ts';

const most = 35;
const want = { want: `at most ${most} days old`, source: 'valops: backup status' };

export const recent = defineCheck({
  id: 'backups.recent',
  title: `the newest backup of each host is at most ${most} days old`,
  why: 'Configuration and double-sign state move on; an old backup brings back a host of another time.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'valops backup create',
  needs: ({ home }) => ({ fact: custodyCatalogueAt(home) }),
  evaluate: ({ fact }, { now }) => {
    const read = readBackups(fact);
    if (!('newest' in read)) return [read];
    return read.newest.map(({ host, createdAt, copies }) => {
      // what was looked at again on its medium is as good as what was just written
      const seen = copies.map(({ verifiedAt }) => verifiedAt);
      const time = [createdAt, ...seen].toSorted().at(-1) ?? createdAt;
      const ahead = Date.parse(time) - now.getTime() > skew;
      return {
        status: !ahead && daysSince(time, now) <= most ? 'pass' : 'fail',
        subject: host,
        expected: `made, or read back, within ${most} days`,
        actual: ahead ? `dated in the future: ${time}` : time,
        file: fact.path,
      };
    });
  },
});
