import type { Context } from '../core/context.ts';
import { encodeCard, parseCard } from '../identity/card.ts';
import { type Digest, digestBytes, Tap } from '../lib/digest.ts';
import { contentOf } from './digest.ts';
import type { FileKeys } from './file-keys.ts';
import { inOrder } from './in-order.ts';
import { filesAtOnce } from './look.ts';
import { changesOf, type Change, type ResealPlan } from './plan.ts';
import type { Replacement } from './record.ts';
import { checkUntouched, sealAnew, type ProofKeys, type SealedAnew } from './seal-anew.ts';
import { stagedName } from './staged-name.ts';
import type { Staged } from './staging-list.ts';
import type { Work } from './transact.ts';

/** What files are sealed anew with. */
export interface Sealing {
  readonly plan: ResealPlan;
  readonly keys: ProofKeys;
  readonly fileKeys: FileKeys;
  /** Is told the fingerprints or sources of the keys that opened each new file. */
  readonly onSealed: (openers: readonly string[]) => void;
}

/** Seals files anew, each with the cards that name it; copies of one file with a card stay copies of one file. */
export function sealingWork(context: Context, id: string, sealing: Sealing): Work {
  const { plan } = sealing;
  return {
    staged: {
      *[Symbol.iterator](): Generator<Staged, void, undefined> {
        for (const { file } of changesOf(plan)) {
          yield { what: 'sealed', staged: stagedName(file.path, id) };
          for (const card of file.cards) yield { what: 'card', staged: stagedName(card, id) };
        }
      },
    },
    async *make() {
      for await (const made of inOrder(groups(plan), filesAtOnce, (group) => sealGroup(context, id, group, sealing))) {
        yield* made;
      }
    },
    checkUntouched() {
      for (const { file } of changesOf(plan)) checkUntouched(context, file);
    },
  };
}

type Group = readonly [Change, ...Change[]];

function* groups(plan: ResealPlan): Generator<Group, void, undefined> {
  const byCard = new Map<string, [Change, ...Change[]]>();
  for (const change of changesOf(plan)) {
    const [card] = change.file.cards;
    const group = card === undefined ? undefined : byCard.get(card);
    if (card === undefined) yield [change];
    else if (group === undefined) byCard.set(card, [change]);
    else group.push(change);
  }
  yield* byCard.values();
}

async function sealGroup(
  context: Context,
  id: string,
  group: Group,
  { plan, keys, fileKeys, onSealed }: Sealing,
): Promise<readonly Replacement[]> {
  const [first, ...copies] = group;
  const staged = stagedName(first.file.path, id);
  const anew = await sealAnew(context, first, staged, keys, fileKeys);
  onSealed(anew.openers.map(({ recipient, source }) => recipient?.fingerprint ?? source));
  for (const { file } of copies) await copy(context, staged, stagedName(file.path, id), anew.after, file.stat);
  const { before, after } = anew;
  const made = group.map(({ file, become }): Replacement => ({
    ...{ what: 'sealed', path: file.path, staged: stagedName(file.path, id), stage: 1 },
    ...{ before, after, set: plan.sets.indexOf(become) },
  }));
  for (const path of first.file.cards) made.push(await cardFor(context, id, path, first, anew));
  return made;
}

async function copy(
  context: Context,
  from: string,
  to: string,
  { size, sha256 }: Digest,
  { mode, uid, gid }: Change['file']['stat'],
): Promise<void> {
  const tap = new Tap();
  const draft = await context.files.draft(to, tap.through(contentOf(context, from, size)), {
    mode,
    owner: { uid, gid },
  });
  if (tap.digest().sha256 !== sha256) throw new Error(`"${from}" changed while it was copied`);
  draft.keep();
}

/** The card as it is, but for the file it names. */
async function cardFor(
  context: Context,
  id: string,
  path: string,
  { become }: Change,
  anew: SealedAnew,
): Promise<Replacement> {
  const old = context.files.read(path);
  const card = parseCard(old, path);
  const recipients = become.map(({ type, fingerprint }) => ({ type, fingerprint }));
  const bytes = encodeCard({ ...card, sealed: { ...card.sealed, ...anew.after, recipients } });
  const { mode = 0o644, uid, gid } = context.files.stat(path) ?? {};
  const owner = uid === undefined || gid === undefined ? {} : { owner: { uid, gid } };
  const staged = stagedName(path, id);
  (await context.files.draft(staged, once(bytes), { mode, ...owner })).keep();
  return {
    ...{ what: 'card', path, staged, stage: 1, set: null },
    ...{ before: digestBytes(old), after: digestBytes(bytes) },
  };
}

/** Bytes in memory as chunks. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
