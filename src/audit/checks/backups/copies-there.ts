import { dirname } from 'node:path/posix';
import { custodyCatalogueAt } from '../../../facts/custody/catalogue.ts';
import { readBackups } from '../../backups-read.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const want = { want: 'there, with the size on record', source: 'valops: backup status' };

export const copiesThere = defineCheck({
  id: 'backups.copies-there',
  title: 'the copies of the newest backup are where they were written, and of their size',
  why: 'A copy that somebody tidied away, or that was cut off by a full medium, is noticed on the day it is needed.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Mount its medium, or write it again: valops backup create; their bytes: valops backup status',
  needs: ({ home }) => ({ fact: custodyCatalogueAt(home) }),
  evaluate: ({ fact }) => {
    const read = readBackups(fact);
    if (!('newest' in read)) return [read];
    return read.newest.flatMap(({ host, id, size, copies }): readonly Judgement[] => {
      if (copies.length === 0)
        return [
          { status: 'fail', subject: host, expected: 'a copy', actual: `backup ${id} has none: its run did not end` },
        ];
      return copies.map(({ path }): Judgement => {
        const there = fact.copies.find((one) => one.path === path);
        const common = { subject: path, expected: `${size} bytes`, file: path };
        if (there !== undefined)
          return { ...common, status: there.size === size ? 'pass' : 'fail', actual: `${there.size} bytes` };
        // an empty mount point, or none: the medium is in a drawer
        if (!fact.filled.includes(dirname(path)))
          return { ...common, status: 'unknown', evidence: `"${dirname(path)}" is empty or missing: mount its medium` };
        return { ...common, status: 'fail', actual: 'not there, in a directory with other files' };
      });
    });
  },
});
