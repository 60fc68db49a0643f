import { custodyCardsAt } from '../../../facts/custody/cards.ts';
import { custodyCatalogueAt } from '../../../facts/custody/catalogue.ts';
import { parseCard } from '../../../identity/card.ts';
import { ValopsError } from '../../../lib/errors.ts';
import { readBackups } from '../../backups-read.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const want = { want: 'its sealed file here, or a backup of the identity on record', source: 'valops: identity cards' };

export const cardsHaveSealed = defineCheck({
  id: 'custody.cards-have-sealed',
  title: 'every identity card still has the sealed file it speaks of, or a backup',
  why: 'A card without its sealed file is an identity that exists once, in clear, on the machine most likely to be lost.',
  severity: 'high',
  cadence: 'monthly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Bring the sealed file back from where it is kept, or make a backup: valops backup create',
  needs: ({ home }) => ({ cards: custodyCardsAt(home), catalogue: custodyCatalogueAt(home) }),
  evaluate: ({ cards: { files, sealed }, catalogue }, { home }) => {
    if (files.length === 0) return [{ status: 'skip', subject: `${home}/cards`, evidence: 'there are no cards' }];
    const read = readBackups(catalogue);
    const backups = 'newest' in read ? read.catalogue.backups : [];
    return files.map(({ path, text }): Judgement => {
      try {
        const card = parseCard(new TextEncoder().encode(text), path);
        const there = sealed.find(({ sha256 }) => sha256 === card.sealed.sha256);
        const backup = backups.find((one) => one.identities.some(({ publicId }) => publicId === card.publicId));
        const found = there?.path ?? (backup === undefined ? undefined : `backup ${backup.id}`);
        return {
          status: found === undefined ? 'fail' : 'pass',
          subject: card.publicId,
          expected: `"${card.sealed.file}", or a backup of it`,
          actual: found ?? 'neither',
          file: path,
        };
      } catch (error) {
        if (!(error instanceof ValopsError)) throw error;
        return { status: 'fail', subject: path, expected: 'an identity card', actual: error.message, file: path };
      }
    });
  },
});
