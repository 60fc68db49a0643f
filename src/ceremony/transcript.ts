import type { Context } from '../core/context.ts';
import type { JournalHead } from '../core/journal.ts';
import { inspectIdentity } from '../identity/inspect.ts';
import { readSet } from './escrow.ts';
import type { HashedFile } from './evidence.ts';
import { plannedIdentities } from './identities.ts';
import { readKeys } from './keys.ts';
import type { CeremonyState, DoneStep, Sitting } from './state.ts';

/** What a ceremony was, for ever: who, where, with what, what was made and how it was proven. No secret is in it. */
export interface Transcript {
  readonly schema: 'valops/ceremony/1';
  readonly id: string;
  readonly operator: string;
  readonly witness: string;
  readonly startedAt: string;
  readonly writtenAt: string;
  /** One for each time it was begun or resumed. */
  readonly sittings: readonly Sitting[];
  readonly keys: readonly {
    readonly name: string;
    readonly origin: string;
    readonly type: string;
    readonly recipient: string;
    readonly fingerprint: string;
  }[];
  readonly identities: readonly {
    readonly name: string;
    readonly kind: string;
    readonly publicId: string;
    readonly cardFingerprint: string;
    readonly sha256: string;
  }[];
  readonly escrow: {
    readonly key: string;
    readonly set: string;
    readonly threshold: number;
    readonly trustees: readonly string[];
  } | null;
  readonly steps: readonly DoneStep[];
  readonly media: { readonly in: readonly HashedFile[]; readonly out: readonly HashedFile[] };
  /** Of the journal of this machine: `journal verify --head` compares it. */
  readonly journalHead: JournalHead | null;
}

/** Gathers the transcript of a ceremony whose steps are all done, from the files on the medium. */
export async function makeTranscript(context: Context, state: CeremonyState): Promise<Transcript> {
  const { id, answers, startedAt, sittings, steps } = state;
  const keys = await readKeys(context, answers);
  const identities = [];
  for (const { name, kind, sealed, card } of plannedIdentities(answers)) {
    const found = await inspectIdentity(context, sealed, card);
    identities.push({
      ...{ name, kind },
      publicId: found.card?.publicId ?? '',
      cardFingerprint: found.fingerprint ?? '',
      sha256: found.sha256,
    });
  }
  const filesOf = (step: string): readonly HashedFile[] => steps.find((one) => one.id === step)?.files ?? [];
  return {
    schema: 'valops/ceremony/1',
    id,
    operator: answers.operator,
    witness: answers.witness,
    startedAt,
    writtenAt: context.clock.now().toISOString(),
    sittings,
    keys: keys.map(({ name, origin, recipient: { type, text, fingerprint } }) => ({
      ...{ name, origin, type },
      recipient: text,
      fingerprint,
    })),
    identities,
    escrow: answers.escrow === null ? null : escrowOf(context, answers.escrow.key, state),
    steps,
    media: { in: filesOf('media-in'), out: filesOf('media-out') },
    journalHead: context.journal.head(),
  };
}

function escrowOf(context: Context, key: string, { answers }: CeremonyState): Transcript['escrow'] {
  const { record } = readSet(context, answers);
  return { key, set: record.set, threshold: record.threshold, trustees: record.shares.map(({ trustee }) => trustee) };
}
