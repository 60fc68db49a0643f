import type { Context } from '../core/context.ts';
import type { Draft } from '../core/files.ts';
import { encodeCard, parseCard } from '../identity/card.ts';
import { type Digest, digestBytes, Tap } from '../lib/digest.ts';
import { contentOf } from './digest.ts';
import { changesOf, type Change, type ResealPlan } from './plan.ts';
import { stagedName, type Replacement } from './record.ts';
import { checkUntouched, sealAnew, type ProofKeys, type SealedAnew } from './seal-anew.ts';
import type { Made, Part } from './transact.ts';

/** The parts of a transaction that seal files anew, and what is to be recorded of their recipients. */
export interface SealingParts {
  readonly parts: readonly Part[];
  readonly recipientSets: readonly (readonly string[])[];
}

/**
 * One part for each file, with the cards that name it; copies of one file with a card stay copies of one file.
 * `onSealed` is told the fingerprints or sources of the keys that opened each new file.
 */
export function sealingParts(
  context: Context,
  id: string,
  plan: ResealPlan,
  keys: ProofKeys,
  onSealed: (openers: readonly string[]) => void,
): SealingParts {
  const sets = new Map<string, number>();
  const setOf = ({ become }: Change): number => {
    const key = become.map(({ fingerprint }) => fingerprint).join(' ');
    if (!sets.has(key)) sets.set(key, sets.size);
    return sets.get(key) ?? 0;
  };
  const parts = groups(changesOf(plan)).map((group): Part => ({
    replacements: [
      ...group.map((change) => replacementOf(id, 'sealed', change.file.path, setOf(change))),
      ...cardsOf(group).map((path) => replacementOf(id, 'card', path, null)),
    ],
    make: () => makeGroup(context, id, group, keys, onSealed),
    checkUntouched() {
      for (const { file } of group) checkUntouched(context, file);
    },
  }));
  return { parts, recipientSets: [...sets.keys()].map((key) => key.split(' ')) };
}

type Group = readonly [Change, ...Change[]];

function groups(changes: readonly Change[]): readonly Group[] {
  const byCard = new Map<string, [Change, ...Change[]]>();
  for (const change of changes) {
    const key = change.file.cards[0] ?? change.file.path;
    const group = byCard.get(key);
    if (group === undefined) byCard.set(key, [change]);
    else group.push(change);
  }
  return [...byCard.values()];
}

function cardsOf([first]: Group): readonly string[] {
  return first.file.cards;
}

function replacementOf(id: string, what: Replacement['what'], path: string, set: number | null): Replacement {
  return { what, path, staged: stagedName(path, id), stage: 1, before: null, after: null, set };
}

async function makeGroup(
  context: Context,
  id: string,
  group: Group,
  keys: ProofKeys,
  onSealed: (openers: readonly string[]) => void,
): Promise<readonly Made[]> {
  const [first, ...copies] = group;
  const made: Made[] = [];
  try {
    const staged = stagedName(first.file.path, id);
    const anew = await sealAnew(context, first, staged, keys);
    made.push({ staged, before: anew.before, after: anew.after, draft: anew.draft });
    onSealed(anew.openers.map(({ recipient, source }) => recipient?.fingerprint ?? source));
    for (const { file } of copies) {
      const copy = stagedName(file.path, id);
      made.push({ ...anew, staged: copy, draft: await copyOf(context, staged, copy, anew.after, file.stat) });
    }
    for (const path of cardsOf(group)) made.push(await cardFor(context, id, path, first, anew));
    return made;
  } catch (error) {
    for (const { draft } of made) draft.discard();
    throw error;
  }
}

async function copyOf(
  context: Context,
  from: string,
  to: string,
  { size, sha256 }: Digest,
  { mode, uid, gid }: Change['file']['stat'],
): Promise<Draft> {
  const tap = new Tap();
  const draft = await context.files.draft(to, tap.through(contentOf(context, from, size)), {
    mode,
    owner: { uid, gid },
  });
  if (tap.digest().sha256 === sha256) return draft;
  draft.discard();
  throw new Error(`"${from}" changed while it was copied`);
}

/** The card as it is, but for the file it names. */
async function cardFor(context: Context, id: string, path: string, change: Change, anew: SealedAnew): Promise<Made> {
  const old = context.files.read(path);
  const card = parseCard(old, path);
  const recipients = change.become.map(({ type, fingerprint }) => ({ type, fingerprint }));
  const bytes = encodeCard({ ...card, sealed: { ...card.sealed, ...anew.after, recipients } });
  const { mode = 0o644, uid, gid } = context.files.stat(path) ?? {};
  const owner = uid === undefined || gid === undefined ? {} : { owner: { uid, gid } };
  const staged = stagedName(path, id);
  const draft = await context.files.draft(staged, once(bytes), { mode, ...owner });
  return { staged, before: digestBytes(old), after: digestBytes(bytes), draft };
}

/** Bytes in memory as chunks. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
