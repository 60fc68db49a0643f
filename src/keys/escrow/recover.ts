import type { Context } from '../../core/context.ts';
import type { JournalRecord } from '../../core/journal.ts';
import type { JsonObject } from '../../lib/canonical-json.ts';
import { journalledOpening } from '../../age/opening.ts';
import { identityFileOf, type SecretKey } from '../../age/secret-key.ts';
import { ValopsError } from '../../lib/errors.ts';
import { combineQuorum, gatherQuorum, type Quorum } from './combine.ts';
import { openSources, readSources, type ShareArguments } from './sources.ts';
import { requireTyping, typeShares } from './typed.ts';

export interface RecoverRequest extends ShareArguments {
  /** Ask for the shares that are missing on the terminal. */
  readonly typed: boolean;
}

/** A key that lives in memory while `work` of `recoverKey` runs, and the shares that gave it. */
export interface Recovered extends Quorum {
  readonly key: SecretKey;
}

/**
 * Recovers a key from a quorum of shares, proves it against the recipient recorded at the split and
 * lends it to `work`: `key.identity` opens what was sealed to it. Nothing of it is written or
 * printed, and it is wiped when `work` settles. One journalled operation, with the set and the
 * shares that took part. Throws the ESCROW_ codes, the AGE_ codes of opening, and what `work` throws.
 */
export async function recoverKey<T>(
  context: Context,
  request: RecoverRequest,
  record: Pick<JournalRecord, 'action' | 'purpose' | 'details'>,
  work: (recovered: Recovered) => Promise<T>,
  summarise: (result: T) => JsonObject = () => ({}),
): Promise<T> {
  if (request.shares.length === 0 && !request.typed) {
    throw new ValopsError('USAGE', 'no shares were given', { hint: 'Name their files, or add --typed.' });
  }
  const sources = await readSources(context, request);
  if (request.typed) requireTyping(context);
  let quorum: Quorum | undefined;
  return journalledOpening(
    context.journal,
    {
      ...record,
      opens: sources.sealed.map(({ name }) => name),
      details: { shares: [...request.shares], typed: request.typed, ...record.details },
    },
    sources.identities,
    async (opening) => {
      const opened = await openSources(context, opening, sources);
      quorum = gatherQuorum([...opened, ...(request.typed ? await typeShares(context, opened) : [])]);
      const key = await combineQuorum(quorum);
      try {
        return await work({ ...quorum, key });
      } finally {
        key.bytes.wipe();
        for (const { share } of quorum.shares) share.payload.wipe();
      }
    },
    (result) => ({
      set: quorum?.set,
      indexes: quorum?.shares.map(({ share }) => share.index) ?? [],
      ...summarise(result),
    }),
  );
}

/** What a recovery proved. */
export interface Proof extends Omit<Quorum, 'shares'> {
  readonly recipient: string;
  readonly fingerprint: string;
  readonly shares: readonly { readonly index: number; readonly name: string; readonly trustee: string | null }[];
  /** The identity file that was written; null when the key never left memory. */
  readonly output: string | null;
}

/**
 * Proves that the shares give the key. With `output` the key is also written, as an identity file
 * 0600 under a name that is free, or to standard output (`-`) when that is no terminal.
 * Throws FILE_EXISTS, AGE_OUTPUT_TERMINAL and the codes of `recoverKey`.
 */
export async function recoverToFile(
  context: Context,
  request: RecoverRequest,
  output: string | undefined,
): Promise<Proof> {
  refuseOutput(context, output);
  return recoverKey(
    context,
    request,
    { action: 'keys.escrow.recover', purpose: output === undefined ? 'prove' : 'recover', details: { output } },
    async (recovered) => {
      if (output !== undefined) await writeKey(context, recovered.key, output);
      return proofOf(recovered, output);
    },
    ({ fingerprint }) => ({ recovered: fingerprint }),
  );
}

function proofOf({ key, set, threshold, total, shares }: Recovered, output: string | undefined): Proof {
  return {
    ...{ set, threshold, total },
    recipient: key.recipient.text,
    fingerprint: key.recipient.fingerprint,
    shares: shares.map(({ share, name, label }) => ({ index: share.index, name, trustee: label?.trustee ?? null })),
    output: output ?? null,
  };
}

function refuseOutput(context: Context, output: string | undefined): void {
  if (output === undefined) return;
  if (output === '-') {
    if (!context.streams.stdoutIsTerminal) return;
    throw new ValopsError('AGE_OUTPUT_TERMINAL', 'refusing to write a private key to the terminal', {
      hint: 'Name a file in memory: -o /dev/shm/recovered.key',
    });
  }
  if (context.files.stat(output) === null) return;
  throw new ValopsError('FILE_EXISTS', `"${output}" exists already; it was not touched`, {
    hint: 'Give another name to -o.',
  });
}

async function writeKey(context: Context, key: SecretKey, output: string): Promise<void> {
  const file = identityFileOf(key, context.clock.now());
  try {
    const bytes = file.use((content) => content.slice());
    if (output === '-') await context.streams.writeOut(bytes);
    else context.files.create(output, bytes, { mode: 0o600, secret: true });
    bytes.fill(0);
  } finally {
    file.wipe();
  }
}
