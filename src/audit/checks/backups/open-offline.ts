import { custodyCatalogueAt } from '../../../facts/custody/catalogue.ts';
import { readBackups } from '../../backups-read.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'sealed to an offline or an escrow recipient as well', source: 'valops: backup create' };

export const openOffline = defineCheck({
  id: 'backups.open-offline',
  title: 'the newest backup of each host opens without that host',
  why: 'A backup that only the host can open dies with the host.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Add a recipient under backup.recipients.offline in valops.yaml, then: valops backup create',
  needs: ({ home }) => ({ fact: custodyCatalogueAt(home) }),
  evaluate: ({ fact }) => {
    const read = readBackups(fact);
    if (!('newest' in read)) return [read];
    return read.newest.map(({ host, recipients }) => ({
      status: recipients.some((one) => one.class !== 'host') ? 'pass' : 'fail',
      subject: host,
      expected: 'an offline or an escrow recipient',
      actual: recipients.map((one) => `${one.class} ${one.fingerprint}`).join(', ') || 'no recipient',
      file: fact.path,
    }));
  },
});
