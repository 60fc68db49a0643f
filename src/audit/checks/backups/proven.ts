import { newestProofs } from '../../../backup/list.ts';
import { custodyCatalogueAt } from '../../../facts/custody/catalogue.ts';
import { daysSince, readBackups, skew } from '../../backups-read.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const most = 35;
const want = { want: `an offline key opened one within ${most} days`, source: 'valops: backup drill' };

export const proven = defineCheck({
  id: 'backups.proven',
  title: `a key that is on no host opened a backup within ${most} days, and the identity in it was the right one`,
  why: 'Backups that nobody opens are hopes: keys get lost, recipients are mistyped, and it shows on the day it counts.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'valops backup drill -i <OFFLINE KEY>',
  needs: ({ home }) => ({ fact: custodyCatalogueAt(home) }),
  evaluate: ({ fact }, { now }) => {
    const read = readBackups(fact);
    if (!('newest' in read)) return [read];
    const { backups, drills } = read.catalogue;
    return read.newest.flatMap(({ host, recipients }): readonly Judgement[] => {
      const own = backups.filter((one) => one.host === host).map(({ id }) => id);
      const proofs = newestProofs(drills, own);
      const used = [...new Set(recipients.map((one) => one.class))].filter((one) => one !== 'host');
      // a host without any key offline has no proof either: recipients are another check's finding
      return (used.length === 0 ? (['offline'] as const) : used).map((one): Judgement => {
        const proof = proofs.find((each) => each.class === one);
        const common = { subject: `${host} ${one}`, expected: `opened within ${most} days`, file: fact.path };
        if (proof === undefined) return { ...common, status: 'fail', actual: 'never' };
        if (!proof.passed)
          return { ...common, status: 'fail', actual: `failed at ${proof.at}`, evidence: proof.detail };
        if (Date.parse(proof.at) - now.getTime() > skew)
          return { ...common, status: 'fail', actual: `dated in the future: ${proof.at}` };
        const late = daysSince(proof.at, now) > most;
        return { ...common, status: late ? 'due' : 'pass', actual: proof.at, evidence: proof.detail };
      });
    });
  },
});
