import { custodyCatalogueAt } from '../../../facts/custody/catalogue.ts';
import { readBackups } from '../../backups-read.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'one at least, in a catalogue that can be read', source: 'valops: backup create' };

export const onRecord = defineCheck({
  id: 'backups.on-record',
  title: 'a backup of the host is on record',
  why: 'A validator whose key exists once is one disk away from being gone; silence about backups is never good news.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'Declare backup in valops.yaml, then: valops backup create. A broken catalogue: move it aside, the backups need none.',
  needs: ({ home }) => ({ fact: custodyCatalogueAt(home) }),
  evaluate: ({ fact }, { keyPlaces }) => {
    const common = { subject: fact.path, expected: 'a backup', file: fact.path };
    const read = readBackups(fact);
    if ('newest' in read)
      return read.newest.map(({ host, createdAt, id }) => ({
        ...common,
        status: 'pass',
        subject: host,
        actual: `${id} of ${createdAt}`,
      }));
    if (read.status === 'unknown')
      return [{ ...common, status: 'fail', actual: 'a catalogue that cannot be read', evidence: read.evidence ?? '' }];
    if (fact.device === null && keyPlaces.length === 0)
      return [
        {
          status: 'skip',
          subject: fact.path,
          evidence: 'the host has no home of valops, and valops.yaml declares no audit.keyPlaces',
        },
      ];
    return [{ ...common, status: 'fail', actual: 'none' }];
  },
});
