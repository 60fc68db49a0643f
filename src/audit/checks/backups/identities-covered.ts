import { custodyCardsAt } from '../../../facts/custody/cards.ts';
import { custodyCatalogueAt } from '../../../facts/custody/catalogue.ts';
import { parseCard } from '../../../identity/card.ts';
import { ValopsError } from '../../../lib/errors.ts';
import { readBackups } from '../../backups-read.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const want = { want: 'in a backup on record', source: 'valops: backup create' };

export const identitiesCovered = defineCheck({
  id: 'backups.identities-covered',
  title: 'every identity of the host is in a backup',
  why: 'The identity that was made last is the one nobody added to the backup.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Add it under backup.identities in valops.yaml, then: valops backup create',
  needs: ({ home }) => ({ fact: custodyCatalogueAt(home), cards: custodyCardsAt(home) }),
  evaluate: ({ fact, cards }, { home }) => {
    const read = readBackups(fact);
    if (!('newest' in read)) return [read];
    if (cards.files.length === 0) return [{ status: 'skip', subject: `${home}/cards`, evidence: 'there are no cards' }];
    const covered = new Map(
      read.catalogue.backups.flatMap(({ id, identities }) => identities.map((one) => [one.publicId, id] as const)),
    );
    return cards.files.map(({ path, text }): Judgement => {
      try {
        const { publicId } = parseCard(new TextEncoder().encode(text), path);
        const backup = covered.get(publicId);
        return {
          status: backup === undefined ? 'fail' : 'pass',
          subject: publicId,
          expected: 'in a backup',
          actual: backup === undefined ? 'in none' : `in ${backup}`,
          file: path,
        };
      } catch (error) {
        if (!(error instanceof ValopsError)) throw error;
        return { status: 'unknown', subject: path, evidence: error.message };
      }
    });
  },
});
