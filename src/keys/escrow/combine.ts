import { secretKeyOf, type SecretKey } from '../../age/secret-key.ts';
import { combineParts } from '../../age/shamir.ts';
import { ValopsError } from '../../lib/errors.ts';
import type { Secret } from '../../lib/secret.ts';
import type { ShareLabel } from './share-file.ts';
import { recipientDigestOf, type Share } from './share.ts';

/** A share that was read and proven to be of the set it names, and where it came from. */
export interface ReadShare {
  /** For messages: a file name, `standard input`, `typed share 2`. */
  readonly name: string;
  readonly share: Share;
  /** Whose it is and of which key; undefined for lines, which do not tell. */
  readonly label: ShareLabel | undefined;
}

/** Which shares of a set are here, each once. */
export interface Quorum {
  readonly set: string;
  readonly threshold: number;
  readonly total: number;
  readonly shares: readonly ReadShare[];
}

/**
 * Brings shares of one set together; a share that was given twice counts once. Throws
 * ESCROW_SHARES_MIXED naming the set of each, when they are not of one.
 */
export function gatherQuorum(read: readonly ReadShare[]): Quorum {
  const [first] = read;
  if (first === undefined) throw new ValopsError('USAGE', 'no shares were given', { hint: 'Name their files.' });
  if (read.some(({ share }) => share.set !== first.share.set)) {
    const sets = read.map(({ name, share }) => `"${name}" is share ${share.index} of set ${share.set}`);
    throw new ValopsError('ESCROW_SHARES_MIXED', `the shares are not of one set: ${sets.join(', ')}`, {
      hint: 'Leave out the shares of the other set; shares of two sets give nothing, even of the same key.',
    });
  }
  const distinct = new Map<number, ReadShare>();
  for (const one of read) if (!distinct.has(one.share.index)) distinct.set(one.share.index, one);
  const { set, threshold, total } = first.share;
  return { set, threshold, total, shares: [...distinct.values()].sort((a, b) => a.share.index - b.share.index) };
}

/**
 * The key of a quorum, in memory, proven to be the one whose recipient the shares record. Shares
 * beyond the threshold are checked against the others. Throws ESCROW_TOO_FEW, ESCROW_UNPROVEN.
 */
export async function combineQuorum(quorum: Quorum): Promise<SecretKey> {
  const { set, threshold, shares } = quorum;
  const [first] = shares;
  if (first === undefined || shares.length < threshold) throw tooFew(quorum);
  const key = await keyOf(shares.slice(0, threshold), set);
  for (let from = 1; from + threshold <= shares.length; from++) {
    const again = await combineParts(payloadsOf(shares.slice(from, from + threshold)));
    const agrees = again?.use((bytes) => key.bytes.use((wanted) => Buffer.from(bytes).equals(wanted))) ?? false;
    again?.wipe();
    if (agrees) continue;
    key.bytes.wipe();
    throw unproven(set, `share ${shares[from + threshold - 1]?.share.index} gives another key than the ones before it`);
  }
  if (Buffer.from(recipientDigestOf(key.recipient.text)).equals(first.share.recipientDigest)) return key;
  key.bytes.wipe();
  throw unproven(set, 'the key they give is not of the recipient which was recorded at the split');
}

async function keyOf(shares: readonly ReadShare[], set: string): Promise<SecretKey> {
  const bytes = await combineParts(payloadsOf(shares));
  const type = shares[0]?.share.keyType;
  if (bytes === null || bytes.length !== 32 || type === undefined) {
    throw unproven(set, 'together they give no key: the checksum does not match');
  }
  return secretKeyOf(type, bytes, `escrow set ${set}`);
}

function payloadsOf(shares: readonly ReadShare[]): readonly Secret[] {
  return shares.map(({ share }) => share.payload);
}

function tooFew({ set, threshold, total, shares }: Quorum): ValopsError {
  const here = shares.map(({ share }) => share.index);
  const absent = Array.from({ length: total }, (_, at) => at + 1).filter((index) => !here.includes(index));
  return new ValopsError(
    'ESCROW_TOO_FEW',
    `${here.length} of the ${threshold} shares which set ${set} needs are here: ${here.map((index) => `share ${index}`).join(', ')}`,
    { hint: `Bring ${threshold - here.length} more of: ${absent.map((index) => `share ${index}`).join(', ')}.` },
  );
}

function unproven(set: string, problem: string): ValopsError {
  return new ValopsError('ESCROW_UNPROVEN', `the shares are of set ${set}, but ${problem}`, {
    hint: 'The set was made wrongly or on purpose so: use another set, and keep these shares as evidence.',
  });
}
