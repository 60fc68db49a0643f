import { journalledOpening } from '../age/opening.ts';
import type { Context } from '../core/context.ts';
import { openSealed, readSealed } from '../identity/open-sealed.ts';
import { recoverKey } from '../keys/escrow/recover.ts';
import type { Answers } from './answers.ts';
import { readSet, sharesHere, type EscrowAnswers } from './escrow.ts';
import type { Evidence } from './evidence.ts';
import { plannedIdentities, proveKey } from './identities.ts';
import { readKeys } from './keys.ts';

/**
 * Opens everything on the medium that goes out once more, in memory only: with every private key
 * that is here, and with the key that a quorum of shares gives where enough of them can be opened here.
 */
export async function drill(context: Context, answers: Answers): Promise<Evidence> {
  const lines: (readonly [string, string])[] = [];
  for (const { name, file } of await readKeys(context, answers)) {
    if (file === undefined) lines.push([`key ${name}`, 'at another place: to be proven there']);
    else lines.push([`key ${name}`, `opens all ${(await proveKey(context, answers, file)).lines.length} identities`]);
  }
  if (answers.escrow !== null) lines.push(['escrow quorum', await drillQuorum(context, answers, answers.escrow)]);
  return { lines, files: [] };
}

const elsewhere = 'too few shares can be opened here: to be proven by the trustees';

async function drillQuorum(context: Context, answers: Answers, escrow: EscrowAnswers): Promise<string> {
  const { record } = readSet(context, answers);
  const shares = sharesHere(context, answers, escrow);
  const pages = shares.filter((path) => path.endsWith('.html')).length;
  // a recovery that must fail would be a failed use of keys in the journal
  if (pages + escrow.openWith.length < record.threshold) return elsewhere;
  const identities = plannedIdentities(answers);
  const recovery = {
    shares,
    identityFiles: escrow.openWith,
    environment: undefined,
    passphraseFd: undefined,
    typed: false,
  };
  return recoverKey(
    context,
    recovery,
    { action: 'keys.escrow.recover', purpose: 'ceremony drill' },
    async ({ key, shares: used }) => {
      for (const { sealed, card } of identities) {
        const identity = await readSealed(context, { file: sealed, card, identityFiles: [], passphraseFd: undefined });
        const record = { action: 'identity.open', purpose: 'ceremony drill by quorum', ...identity.record };
        await journalledOpening(context.journal, record, [key.identity], async (opening) => {
          (await openSealed(opening, identity)).payload.wipe();
        });
      }
      return `shares ${used.map(({ share }) => share.index).join(', ')} give the key, which opens all ${identities.length} identities`;
    },
  );
}
