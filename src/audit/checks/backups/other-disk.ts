import { custodyCatalogueAt } from '../../../facts/custody/catalogue.ts';
import { readBackups } from '../../backups-read.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'a copy on another file system than the home', source: 'valops: backup create' };

export const otherDisk = defineCheck({
  id: 'backups.other-disk',
  title: 'a copy of the newest backup is on another disk than what it is a copy of',
  why: 'One disk that fails, one ransom note: a backup beside its original goes the same way.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Name a directory of another medium under backup.to in valops.yaml, then: valops backup create',
  needs: ({ home }) => ({ fact: custodyCatalogueAt(home) }),
  evaluate: ({ fact }) => {
    const read = readBackups(fact);
    if (!('newest' in read)) return [read];
    return read.newest.map(({ host, copies }) => {
      const there = copies.flatMap(({ path }) => fact.copies.find((one) => one.path === path) ?? []);
      const away = there.find(({ device }) => device !== fact.device);
      // what is not mounted may well be elsewhere
      const missing = there.length < copies.length;
      return {
        status: away !== undefined ? 'pass' : missing ? 'unknown' : 'fail',
        subject: host,
        expected: 'a copy on another file system',
        actual: away?.path ?? (there.map(({ path }) => path).join(', ') || 'no copy is there'),
        ...(away === undefined && missing ? { evidence: 'the medium of a copy is not mounted' } : {}),
      };
    });
  },
});
