import { ageDoors } from '../age/doors.ts';
import { sealBytes } from '../age/engine.ts';
import { gatherIdentities, gatherRecipients } from '../age/gather.ts';
import type { Identity } from '../age/identity.ts';
import type { Recipient } from '../age/recipient.ts';
import { readSealedHeader } from '../age/sealed-header.ts';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import type { JsonObject } from '../lib/canonical-json.ts';
import { ValopsError } from '../lib/errors.ts';
import { decideAll, type Foreign } from './decide.ts';
import { carryOut, type Consent, type Resealed } from './carry-out.ts';
import { FileKeys } from './file-keys.ts';
import { directoriesOf, findSealed } from './find.ts';
import { gatherKnowledge } from './knowledge.ts';
import { lookAt } from './look.ts';
import { removedKeys } from './removed.ts';
import { once } from './sealing-work.ts';

/** How a change of recipients is asked for. */
export interface ResealRequest extends Consent {
  readonly paths: readonly string[];
  /** File of the new recipients. */
  readonly to: string;
  /** Keys that open the files as they are; those of new recipients prove as well. */
  readonly identityFiles: readonly string[];
  /** Keys of new recipients, for the proof alone. */
  readonly verifyWith: readonly string[];
  /** Keys that must open nothing afterwards. */
  readonly removed: readonly string[];
  readonly foreign: Foreign;
  readonly passphraseFd: number | undefined;
}

/**
 * Gives sealed files other recipients, as one transaction. Throws USAGE, RESEAL_NOTHING_FOUND, RESEAL_FOREIGN, RESEAL_NO_PROOF,
 * RESEAL_REMOVED_STAYS, RESEAL_UNPROVEN, RESEAL_FILE_CHANGED, LOCK_BUSY, and the AGE_ and FILE_ codes of opening and writing.
 */
export async function reseal(context: Context, request: ResealRequest): Promise<Resealed> {
  const doors = ageDoors(context, request.passphraseFd);
  const recipients = await gatherRecipients(
    { recipients: [], recipientsFiles: [request.to], identityFiles: [] },
    doors,
  );
  const removed = await removedKeys(request.removed, recipients, doors);
  const identities = await gatherIdentities(request.identityFiles, doors);
  const provers = [...identities, ...(await gatherIdentities(request.verifyWith, doors))];
  await checkRecipients(recipients, provers);
  const first = await firstSealed(context, request.paths);
  if (first.length === 0) {
    throw new ValopsError('RESEAL_NOTHING_FOUND', `there is no sealed file in "${request.paths.join('", "')}"`, {
      hint: 'Check the paths: valops inspect FILE tells whether a file is sealed.',
    });
  }
  const used = [...new Set([...provers, ...removed])];
  return journalled(
    context.journal,
    {
      action: 'reseal',
      purpose: request.planOnly ? 'plan a change of recipients' : 'change recipients',
      keys: used.map(({ recipient, source }) => recipient?.fingerprint ?? source),
      details: {
        paths: request.paths,
        opens: first.length > mostNames ? request.paths : first,
        recipients: recipients.map(({ fingerprint }) => fingerprint),
      },
    },
    () =>
      carryOut(context, request, async () => {
        // what was settled just now may have changed what lies there
        const knowledge = gatherKnowledge(context, await directoriesOf(context, request.paths));
        const links: string[] = [];
        const fileKeys = new FileKeys();
        const found = findSealed(context, request.paths, (link) => links.push(link));
        const looked = lookAt(context, found, { identities, removed, knowledge, fileKeys });
        return {
          ...{ action: 'reseal', environment: null, recipients, identities, knowledge, fileKeys, links },
          ...{ keys: { provers, removed }, planned: decideAll(looked, recipients, request.foreign) },
        };
      }),
    (resealed) => ({
      ...{ verdict: resealed.verdict, files: resealed.files, ...openedOf(resealed) },
      ...(resealed.id === null ? {} : { transaction: resealed.id }),
    }),
  );
}

/** Up to so many files are named in the journal one by one; the record of the transaction names them all. */
const mostNames = 100;

/** The names of the first sealed files: one more than are named in the journal, if there are so many. */
async function firstSealed(context: Context, paths: readonly string[]): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { path } of findSealed(context, paths)) if (names.push(path) > mostNames) break;
  return names;
}

/** Which key opened which file, for the journal. */
export function openedOf({ plan }: Resealed): JsonObject {
  const opened: { file: string; key: string }[] = [];
  let count = 0;
  for (const { file } of plan.files) {
    const [opener] = file.openers;
    if (opener === undefined || count++ >= mostNames) continue;
    opened.push({ file: file.path, key: opener.recipient?.fingerprint ?? opener.source });
  }
  return count > mostNames ? { openedFiles: count } : { opened };
}

/** Fails before any file is read: recipients that cannot be together, plugins that are missing, nothing to prove with. */
async function checkRecipients(recipients: readonly Recipient[], provers: readonly Identity[]): Promise<void> {
  const probe = await sealBytes(new Uint8Array(0), recipients);
  const header = await readSealedHeader(once(probe));
  for (const identity of provers) if ((await header.fileKeyFor(identity)) !== null) return;
  throw new ValopsError(
    'RESEAL_NO_PROOF',
    'none of the keys given is of a new recipient, so it could not be proven that the new files open',
    { hint: 'Add the key of one of them: -i KEY, or --verify-with KEY when it opens none of the files yet.' },
  );
}
