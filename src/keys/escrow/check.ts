import type { Identity } from '../../age/identities.ts';
import { journalledOpening } from '../../age/opening.ts';
import type { Context } from '../../core/context.ts';
import { ValopsError } from '../../lib/errors.ts';
import type { ReadShare } from './combine.ts';
import {
  keysFor,
  openSource,
  readSource,
  refuseDoubleInput,
  type SealedShare,
  type ShareArguments,
} from './sources.ts';

export interface CheckRequest extends ShareArguments {
  /** The set they must be of, as printed on a page or in a record. */
  readonly set: string | undefined;
}

/** What a check found out of one share; `problem` is null for one that is whole and of its set. */
export interface Checked {
  readonly name: string;
  /** `not-opened`: none of the keys opens it, so that nothing is known of what is in it. */
  readonly verdict: 'whole' | 'not-whole' | 'other-set' | 'not-opened';
  readonly problem: string | null;
  readonly set: string | null;
  readonly index: number | null;
  readonly threshold: number | null;
  readonly total: number | null;
  readonly trustee: string | null;
  /** Of the key that was split. Lines tell its digest only. */
  readonly recipient: string | null;
}

/**
 * Proves every share alone: all of its bits hang on the set id. A share that is not whole is an
 * entry with its problem, not an error. Opening a sealed one is journalled. Throws USAGE,
 * KEY_NOT_FOUND, AGE_IDENTITY_INVALID and what reading files throws.
 */
export async function checkShares(context: Context, request: CheckRequest): Promise<readonly Checked[]> {
  if (request.shares.length === 0)
    throw new ValopsError('USAGE', 'no shares were given', { hint: 'Name their files.' });
  refuseDoubleInput(request);
  let keys: Promise<readonly Identity[]> | undefined;
  const checked: Checked[] = [];
  for (const path of request.shares) {
    const found = await attempt(path, async () => {
      const source = await readSource(context, path);
      if (!('bytes' in source)) return source;
      // Once for all shares: a passphrase on a descriptor can be read only once.
      return openJournalled(context, source, await (keys ??= keysFor(context, request, source)));
    });
    checked.push(...found.map((one) => withSet(one, request.set)));
  }
  return checked;
}

function openJournalled(
  context: Context,
  source: SealedShare,
  identities: readonly Identity[],
): Promise<readonly ReadShare[]> {
  return journalledOpening(
    context.journal,
    { action: 'keys.escrow.check', purpose: 'check', opens: [source.name] },
    identities,
    (opening) => openSource(opening, source),
    (shares) => ({ sets: shares.map(({ share }) => share.set), indexes: shares.map(({ share }) => share.index) }),
  );
}

/** Codes that tell of the share itself; anything else is of the command. */
const ofTheShare: readonly string[] = ['ESCROW_SHARE_INVALID', 'AGE_NO_IDENTITY_MATCH'];

async function attempt(path: string, work: () => Promise<readonly ReadShare[]>): Promise<readonly Checked[]> {
  try {
    return (await work()).map(describe);
  } catch (error) {
    if (!(error instanceof ValopsError) || !ofTheShare.includes(error.code)) throw error;
    const unknown = { set: null, index: null, threshold: null, total: null, trustee: null, recipient: null };
    if (error.code !== 'AGE_NO_IDENTITY_MATCH') {
      return [{ name: path, verdict: 'not-whole', problem: error.message, ...unknown }];
    }
    // an altered stanza looks like that of somebody else: only the record of the set can tell
    const problem = `${error.message}; it is sealed to another key, or its header is altered`;
    return [{ name: path, verdict: 'not-opened', problem, ...unknown }];
  }
}

function describe({ name, share, label }: ReadShare): Checked {
  const { set, index, threshold, total } = share;
  share.payload.wipe();
  const { trustee, recipient } = label ?? { trustee: null, recipient: null };
  return { name, verdict: 'whole', problem: null, set, index, threshold, total, trustee, recipient };
}

function withSet(one: Checked, set: string | undefined): Checked {
  if (set === undefined || one.problem !== null) return one;
  const wanted = set.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
  if (one.set?.replaceAll('-', '') === wanted) return one;
  return { ...one, verdict: 'other-set', problem: `it is whole, but of set ${one.set}, expected ${set}` };
}
