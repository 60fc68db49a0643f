import type { Identity } from '../age/identity.ts';
import type { Recipient } from '../age/recipient.ts';
import type { Context } from '../core/context.ts';
import { cardFingerprint, parseCard } from '../identity/card.ts';
import type { FileKeys } from './file-keys.ts';
import type { Knowledge } from './knowledge.ts';
import { oldCopies, type OldCopy } from './old-copies.ts';
import { emptyPlan, type PlannedFile, type ResealPlan } from './plan.ts';
import { spoolPlan } from './plan-spool.ts';
import { recordDirectory } from './places.ts';
import type { RecordHead, ResealRecord } from './record.ts';
import type { ProofKeys } from './seal-anew.ts';
import { sealingWork } from './sealing-work.ts';
import { transact, type Work } from './transact.ts';
import { settleUnfinished, unfinishedIds, type Settled } from './unfinished.ts';

/** A change of recipients, ready to be planned and carried out. */
export interface Undertaking {
  readonly action: ResealRecord['action'];
  readonly environment: string | null;
  /** What becomes of each file; files are looked at as they are asked for. */
  readonly planned: AsyncIterable<PlannedFile>;
  /** Links that were passed over, once `planned` has ended. */
  readonly links: readonly string[];
  readonly knowledge: Knowledge;
  /** Whom it is about, whatever is planned. */
  readonly recipients: readonly Recipient[];
  /** Keys that open the files as they are. */
  readonly identities: readonly Identity[];
  readonly fileKeys: FileKeys;
  readonly keys: ProofKeys;
  /** Work besides the sealed files, by the id of the transaction; with it there is something to do even when no file changes. */
  readonly moreWork?: (id: string) => readonly Work[];
}

/** Whether to change anything, and whom to ask. */
export interface Consent {
  readonly planOnly: boolean;
  /** Absent when nobody is to be asked. */
  readonly approve?: (plan: ResealPlan, recipients: readonly Recipient[]) => Promise<boolean>;
}

/** What became of a change of recipients. */
export interface Resealed {
  readonly verdict: 'resealed' | 'nothing-to-do' | 'planned' | 'declined' | 'finished';
  /** Of the transaction; null when there was none. */
  readonly id: string | null;
  /** How many files have other recipients now. */
  readonly files: number;
  readonly plan: ResealPlan;
  readonly recipients: readonly Recipient[];
  /** In how many new files each key was tried and opened: fingerprint, or where the key came from. */
  readonly proven: Readonly<Record<string, number>>;
  /** Fingerprints of new recipients whose keys were not there to prove with. */
  readonly unproven: readonly string[];
  /** How many removed keys were tried on every new file, in vain. */
  readonly removed: number;
  /** Cards that were changed, with the fingerprint that two people compare. */
  readonly cards: readonly { readonly path: string; readonly fingerprint: string }[];
  readonly settled: readonly Settled[];
  /** Unfinished runs that `--plan` only saw. */
  readonly unfinished: readonly string[];
  readonly elsewhere: readonly OldCopy[];
}

/**
 * Settles earlier runs, plans, asks, seals anew, proves, switches. `prepare` is called when the lock is held and earlier
 * runs are settled; it answers null when those have done all that was asked for. Throws as `reseal`.
 */
export async function carryOut(
  context: Context,
  { planOnly, approve }: Consent,
  prepare: (settled: readonly Settled[]) => Promise<Undertaking | null>,
): Promise<Resealed> {
  context.files.ensureDirectory(context.home.path, { mode: 0o700 });
  context.files.ensureDirectory(recordDirectory(context), { mode: 0o700 });
  const release = context.files.lock(`${recordDirectory(context)}/lock`);
  try {
    const settled = planOnly ? [] : await settleUnfinished(context);
    const undertaking = await prepare(settled);
    if (undertaking === null) return { ...unchanged, settled, verdict: 'finished' };
    const { planned, links, identities, knowledge, moreWork } = undertaking;
    const plan = await spoolPlan(context, planned, { identities, links });
    const recipients = distinct([...undertaking.recipients, ...plan.sets.flat()]);
    const unfinished = planOnly ? unfinishedIds(context) : [];
    const elsewhere = oldCopies(context, plan, knowledge, fingerprints(recipients));
    const before: Resealed = { ...unchanged, plan, recipients, settled, unfinished, elsewhere };
    if (plan.count.changes === 0 && moreWork === undefined) return before;
    if (planOnly) return { ...before, verdict: 'planned' };
    if (approve !== undefined && !(await approve(plan, recipients))) return { ...before, verdict: 'declined' };
    return { ...before, ...(await replaceAll(context, undertaking, plan, recipients)) };
  } finally {
    release();
  }
}

const unchanged: Resealed = {
  ...{ verdict: 'nothing-to-do', id: null, files: 0, plan: emptyPlan, recipients: [], proven: {} },
  ...{ unproven: [], removed: 0, cards: [], settled: [], unfinished: [], elsewhere: [] },
};

function distinct(recipients: readonly Recipient[]): readonly Recipient[] {
  return [...new Map(recipients.map((one) => [one.fingerprint, one])).values()];
}

function fingerprints(recipients: readonly Recipient[]): ReadonlySet<string> {
  return new Set(recipients.map(({ fingerprint }) => fingerprint));
}

type Replaced = Pick<Resealed, 'verdict' | 'id' | 'files' | 'proven' | 'unproven' | 'removed' | 'cards'>;

async function replaceAll(
  context: Context,
  undertaking: Undertaking,
  plan: ResealPlan,
  recipients: readonly Recipient[],
): Promise<Replaced> {
  const { action, environment, identities, fileKeys, keys, moreWork } = undertaking;
  const id = Buffer.from(context.randomBytes(8)).toString('hex');
  const proven: Record<string, number> = {};
  const onSealed = (openers: readonly string[]): void => {
    for (const one of openers) proven[one] = (proven[one] ?? 0) + 1;
  };
  const head: RecordHead = {
    ...{ schema: 'valops/reseal-record/1', id, action, environment, startedAt: context.clock.now().toISOString() },
    openedWith: identities.map(({ recipient, source }) => recipient?.fingerprint ?? source),
    recipientSets: plan.sets.map((set) => set.map(({ fingerprint }) => fingerprint)),
    tool: `${context.tool.name} ${context.tool.version}`,
  };
  const sealing = sealingWork(context, id, { plan, keys, fileKeys, onSealed });
  const progress = progressOf(context, plan.count.bytes);
  let record: ResealRecord;
  try {
    record = await transact(context, head, sealing, moreWork?.(id) ?? [], (bytes) => progress.add(bytes));
  } finally {
    progress.end();
  }
  return {
    verdict: 'resealed',
    id,
    files: plan.count.changes,
    proven,
    unproven: [...fingerprints(recipients)].filter((fingerprint) => proven[fingerprint] === undefined),
    removed: keys.removed.length,
    cards: cardsOf(context, record),
  };
}

function cardsOf(context: Context, { replacements }: ResealRecord): Resealed['cards'] {
  const cards: { path: string; fingerprint: string }[] = [];
  for (const { what, path } of replacements) {
    if (what === 'card') cards.push({ path, fingerprint: cardFingerprint(parseCard(context.files.read(path), path)) });
  }
  return cards;
}

/** Milliseconds between two progress events. */
const progressInterval = 100;

function progressOf(context: Context, total: number): { add(bytes: number): void; end(): void } {
  const title = 'sealing anew and proving';
  let done = 0;
  let next = context.clock.monotonic() + progressInterval;
  let shown = false;
  return {
    add(bytes) {
      done += bytes;
      if (context.clock.monotonic() < next) return;
      next = context.clock.monotonic() + progressInterval;
      shown = true;
      context.events.emit({ kind: 'bytes', title, done: Math.min(done, total), total, state: 'running' });
    },
    end() {
      if (shown) context.events.emit({ kind: 'bytes', title, done: Math.min(done, total), total, state: 'end' });
    },
  };
}
