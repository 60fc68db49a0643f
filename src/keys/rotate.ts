import { ageDoors } from '../age/doors.ts';
import { gatherRecipients, type RecipientArguments } from '../age/gather.ts';
import { parseIdentityFile } from '../age/identities.ts';
import { generateKey } from '../age/keygen.ts';
import { parseRecipient, type Recipient } from '../age/recipients.ts';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { carryOut, type Consent, type Resealed, type Undertaking } from '../reseal/carry-out.ts';
import { FileKeys } from '../reseal/file-keys.ts';
import { directoriesOf, findSealed } from '../reseal/find.ts';
import { gatherKnowledge } from '../reseal/knowledge.ts';
import { lookAt } from '../reseal/look.ts';
import { openedOf } from '../reseal/reseal.ts';
import type { Settled } from '../reseal/unfinished.ts';
import { keyFiles } from './key-files.ts';
import { decideRotation } from './rotate-decide.ts';
import { keyWork } from './rotate-files.ts';
import { readOldKey } from './rotate-old-key.ts';
import { showKey } from './show.ts';

/** How a rotation is asked for. */
export interface RotateRequest extends Consent {
  readonly environment: string | undefined;
  /** Where to look for sealed files besides `$VALOPS_HOME`. */
  readonly paths: readonly string[];
  /** The other recipients of those files. */
  readonly others: RecipientArguments;
  /** Make a post-quantum key also where the old one is none. */
  readonly postQuantum: boolean;
  readonly passphraseFd: number | undefined;
}

/** A rotation. `recipient` is the new one; null where it was only planned or declined. */
export interface Rotated extends Resealed {
  readonly recipient: string | null;
  readonly oldFingerprint: string;
  readonly identityFile: string;
  /** Where the old key is kept. */
  readonly retired: string | null;
}

/**
 * Replaces the age key of an environment: every sealed file in `$VALOPS_HOME` and in `paths` that the old key opens is
 * sealed to the new one in its place, other recipients kept, and proven; then files and key are switched as one. In
 * between the key file holds both keys, so that it opens every file at any moment. The old key is kept beside.
 *
 * Throws KEY_NOT_FOUND, KEY_MISMATCH, RESEAL_RECIPIENTS_UNKNOWN, and what `reseal` throws.
 */
export async function rotateKey(context: Context, request: RotateRequest): Promise<Rotated> {
  const shown = await showKey(context, request.environment);
  const others = await gatherRecipients(request.others, ageDoors(context));
  let made: Pick<Rotated, 'recipient' | 'oldFingerprint' | 'retired'> = {
    ...{ recipient: null, oldFingerprint: shown.fingerprint, retired: null },
  };
  const resealed = await journalled(
    context.journal,
    {
      action: 'keys.rotate',
      purpose: request.planOnly ? 'plan the replacement of an age key' : 'replace an age key',
      keys: [shown.fingerprint],
      details: { file: shown.identityFile },
    },
    () =>
      carryOut(context, request, async (settled) => {
        if (settled.some((one) => isThis(one, request))) return null;
        const { undertaking, retired, recipient } = await prepare(context, request, others);
        made = { ...made, retired, recipient };
        return undertaking;
      }),
    (resealed) => ({
      ...{ verdict: resealed.verdict, files: resealed.files, ...openedOf(resealed) },
      ...(resealed.verdict === 'resealed'
        ? { transaction: resealed.id, recipient: made.recipient, retired: made.retired }
        : {}),
    }),
  );
  const done = resealed.verdict === 'resealed';
  return {
    ...{ ...resealed, ...made, identityFile: shown.identityFile },
    ...(done ? {} : { retired: null, recipient: null }),
  };
}

function isThis({ action, environment, outcome }: Settled, request: RotateRequest): boolean {
  return action === 'keys.rotate' && outcome === 'finished' && environment === (request.environment ?? null);
}

interface Prepared {
  readonly undertaking: Undertaking;
  readonly recipient: string;
  readonly retired: string;
}

async function prepare(context: Context, request: RotateRequest, others: readonly Recipient[]): Promise<Prepared> {
  const doors = ageDoors(context, request.passphraseFd);
  const files = keyFiles(context, request.environment);
  const old = await readOldKey(context, files.identityFile, doors);
  const paths = [context.home.path, ...request.paths];
  const knowledge = gatherKnowledge(context, await directoriesOf(context, paths));
  const links: string[] = [];
  const onLink = (link: string): void => {
    if (request.paths.length > 0) links.push(link);
  };
  const [identities, removed, fileKeys] = [[old.identity], [], new FileKeys()];
  const found = findSealed(context, paths, onLink);
  const looked = lookAt(context, found, { identities, removed, knowledge, fileKeys });
  const key = await generateKey({
    postQuantum: request.postQuantum || old.type === 'mlkem768x25519',
    createdAt: context.clock.now(),
  });
  const recipient = request.planOnly ? unmade(old.type) : parseRecipient(key.recipient, doors.plugins);
  const name = `${files.identityFile} (new)`;
  const provers = await key.file.use((bytes) => parseIdentityFile(bytes, { ...doors, name }));
  const keyed = keyWork(context, files, old, key);
  return {
    recipient: key.recipient,
    retired: keyed.retired,
    undertaking: {
      ...{ action: 'keys.rotate', environment: request.environment ?? null, links, knowledge, fileKeys, identities },
      ...{ recipients: [recipient], planned: decideRotation(looked, old.recipient, recipient, others) },
      ...{ keys: { provers, removed: identities }, moreWork: keyed.work },
    },
  };
}

/** Stands in a plan for the key that will be made when it is carried out. */
function unmade(type: string): Recipient {
  const wrapFileKey = async (): Promise<never> => {
    throw new Error('a key that is only planned cannot be sealed to');
  };
  return { type, text: '', fingerprint: 'the new key', labels: [], wrapFileKey };
}
