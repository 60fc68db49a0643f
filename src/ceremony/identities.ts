import { basename, join } from 'node:path';
import type { Context } from '../core/context.ts';
import { generateIdentities } from '../identity/generate.ts';
import { inspectIdentity } from '../identity/inspect.ts';
import { checkKindOptions, loadKind } from '../identity/registry.ts';
import { verifyIdentity } from '../identity/verify.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Answers } from './answers.ts';
import type { Evidence } from './evidence.ts';
import { readKeys, type CeremonyKey } from './keys.ts';
import { filesBelow, hashFiles } from './media.ts';

/** One identity of a ceremony and its place on the medium that goes out. */
export interface PlannedIdentity {
  /** Name of its directory, and of its files without extension. */
  readonly name: string;
  readonly kind: string;
  readonly options: Answers['identities'][number]['options'];
  readonly directory: string;
  readonly sealed: string;
  readonly card: string;
}

/** All identities, numbered where there are several of one name. */
export function plannedIdentities({
  identities,
  out,
}: Pick<Answers, 'identities' | 'out'>): readonly PlannedIdentity[] {
  return identities.flatMap(({ kind, name, count, options }) =>
    Array.from({ length: count }, (_, index): PlannedIdentity => {
      const label = count === 1 ? name : `${name}-${index + 1}`;
      const directory = join(out, label);
      return {
        ...{ name: label, kind, options, directory },
        sealed: join(directory, `${label}.age`),
        card: join(directory, `${label}.json`),
      };
    }),
  );
}

/** Refuses early what generating would refuse late. Throws USAGE for an unknown kind, and for options that are not its own. */
export async function checkKinds({ identities }: Pick<Answers, 'identities'>): Promise<void> {
  for (const { kind, options } of identities) {
    checkKindOptions((await loadKind(kind)).id, options);
    if (options['wordsOut'] !== undefined || options['wordsFd'] !== undefined) {
      throw new ValopsError('USAGE', 'a ceremony makes new words and names their file itself', {
        hint: 'Leave out wordsOut and wordsFd; words: "24" is enough.',
      });
    }
  }
}

/**
 * Makes an identity, or proves the one that is there: its directory appears with all of its files
 * or not at all. Throws what `generateIdentities` throws, CEREMONY_CHANGED for a directory of something else.
 */
export async function makeIdentity(
  context: Context,
  answers: Answers,
  identity: PlannedIdentity,
  online: boolean,
): Promise<Evidence> {
  const keys = await readKeys(context, answers);
  const isThere = context.files.list(identity.directory).length > 0;
  if (!isThere) await generate(context, identity, keys, online);
  const { card, fingerprint } = await inspectIdentity(context, identity.sealed, identity.card);
  const wanted = keys.map(({ recipient }) => recipient.fingerprint).join(' ');
  if (card?.kind !== identity.kind || card.sealed.recipients.map((one) => one.fingerprint).join(' ') !== wanted) {
    throw new ValopsError(
      'CEREMONY_CHANGED',
      `"${identity.directory}" holds an identity of kind "${card?.kind}", not one of this ceremony`,
      { hint: 'Use a medium of its own for each ceremony.' },
    );
  }
  return {
    lines: [
      ['kind', card.kind],
      ['public id', card.publicId],
      ['card', `fingerprint ${fingerprint}`],
      ['how', isThere ? 'was made before the interruption; proven again' : 'made now'],
    ],
    files: await hashFiles(context, filesBelow(context, identity.directory)),
  };
}

/** Opens every identity with one key. Throws what `verifyIdentity` throws. */
export async function proveKey(context: Context, answers: Answers, file: string): Promise<Evidence> {
  const lines: (readonly [string, string])[] = [];
  for (const { name, sealed, card } of plannedIdentities(answers)) {
    const found = await verifyIdentity(context, { file: sealed, card, identityFiles: [file], passphraseFd: undefined });
    lines.push([name, `opened by ${found.openedBy}, ${found.card.publicId}`]);
  }
  return { lines, files: [] };
}

async function generate(
  context: Context,
  { kind, options, directory, sealed, card, name }: PlannedIdentity,
  keys: readonly CeremonyKey[],
  online: boolean,
): Promise<void> {
  const staged = context.files.stageDirectory(directory);
  const wordsOut = options['words'] === undefined ? undefined : join(staged.path, `${name}-words.age`);
  try {
    await generateIdentities(context, {
      kind,
      kindOptions: { ...options, ...(wordsOut === undefined ? {} : { wordsOut }) },
      names: {
        out: join(staged.path, basename(sealed)),
        card: join(staged.path, basename(card)),
        wordsOut,
      },
      count: 1,
      recipients: keys.map(({ recipient }) => recipient.text),
      recipientsFiles: [],
      verifyWith: keys.flatMap(({ file }) => (file === undefined ? [] : [file])).slice(0, 1),
      passphraseFd: undefined,
      unsafeOnline: online,
      unsafeSingleRecipient: false,
    });
    staged.publish();
  } catch (error) {
    staged.withdraw();
    throw error;
  }
}
