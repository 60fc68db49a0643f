import { ed25519 } from '@noble/curves/ed25519.js';
import { equalBytes } from '@noble/curves/utils.js';

/** How far a Solana validator has voted. Slots. */
export interface Tower {
  readonly lastVote: bigint;
  /** Null before there is one. */
  readonly root: bigint | null;
}

/** Votes that a tower holds at most (`MAX_LOCKOUT_HISTORY`). */
const mostVotes = 31;
/** `prior_voters`: 32 times key and two epochs, then an index and a flag. */
const priorVotersSize = 32 * (32 + 8 + 8) + 8 + 1;
const none = 2n ** 64n - 1n;

/**
 * Reads a saved tower of Agave, `tower-1_9-<node>.bin`: a bincode enum (`SavedTowerVersions`, of which the second is
 * written) of the node's ed25519 signature and what it signed, a `Tower1_14_11`. Null for anything else: another
 * version, a byte too many, another node's, a signature that `node` (its public key) did not make, no vote yet, or a
 * last vote that is not the newest of the votes. Source: agave `core/src/consensus/tower_storage.rs`,
 * `tower1_14_11.rs`, and `solana-vote-interface` (`VoteState1_14_11`, `TowerSync`).
 */
export function readTower(bytes: Uint8Array, node: Uint8Array): Tower | null {
  const saved = cursor(bytes);
  if (saved.u32() !== 1) return null;
  const signature = saved.take(64);
  const data = saved.take(Number(saved.u64()));
  if (!saved.atEnd() || !isSignedBy(node, data, signature)) return null;
  const tower = cursor(data);
  if (!equalBytes(tower.take(32), node)) return null;
  tower.take(8 + 8);
  const votes = takeVoteState(tower);
  const lastVote = takeLastVote(tower);
  tower.take(8 + 8);
  if (!tower.atEnd() || votes?.lastVote !== lastVote) return null;
  return votes;
}

function takeVoteState(from: Cursor): Tower | null {
  from.take(32 + 32 + 1);
  const slots = takeLockouts(from);
  const root = from.option(() => from.u64());
  from.take(from.count(8 + 32));
  from.take(priorVotersSize);
  from.take(from.count(3 * 8));
  from.take(8 + 8);
  const lastVote = slots.at(-1);
  const isRising = slots.every((slot, at) => slot > (slots[at - 1] ?? root ?? -1n));
  return lastVote === undefined || !isRising || slots.length > mostVotes ? null : { lastVote, root };
}

/** The slot of the last vote as it was sent: `VoteTransaction`, of which a compact update is never kept. */
function takeLastVote(from: Cursor): bigint | undefined {
  const form = from.u32();
  let last: bigint | undefined;
  if (form === 0) last = from.list(8, () => from.u64()).at(-1);
  else if (form === 1) {
    last = takeLockouts(from).at(-1);
    from.option(() => from.u64());
  } else if (form === 3) last = takeOffsets(from);
  else return undefined;
  from.take(32);
  from.option(() => from.u64());
  if (form === 3) from.take(32);
  return last;
}

function takeLockouts(from: Cursor): readonly bigint[] {
  return from.list(8 + 4, () => {
    const slot = from.u64();
    from.take(4);
    return slot;
  });
}

/** Compact: the root, and of each vote how far it is from the one before, with its confirmations. */
function takeOffsets(from: Cursor): bigint | undefined {
  const root = from.u64();
  let slot = root === none ? 0n : root;
  const votes = from.u8();
  if (votes === 0 || votes > mostVotes) return undefined;
  for (let vote = 0; vote < votes; vote++) {
    slot += from.variable();
    from.take(1);
  }
  return slot;
}

function isSignedBy(node: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, data, node, { zip215: false });
  } catch {
    // a key or a signature of no valid form
    return false;
  }
}

/** Reads little-endian numbers in their order. Past the end everything is empty or 0, and `atEnd` is false from then on. */
type Cursor = ReturnType<typeof cursor>;

function cursor(bytes: Uint8Array) {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let isBroken = false;
  const take = (size: number): Uint8Array => {
    if (!Number.isSafeInteger(size) || size > view.length - at) isBroken = true;
    if (isBroken) return new Uint8Array(0);
    at += size;
    return bytes.subarray(at - size, at);
  };
  const number = <T>(size: number, read: () => T, otherwise: T): T => (take(size).length === size ? read() : otherwise);
  const u8 = (): number => number(1, () => view.readUInt8(at - 1), 0);
  const u32 = (): number => number(4, () => view.readUInt32LE(at - 4), 0);
  const u64 = (): bigint => number(8, () => view.readBigUInt64LE(at - 8), 0n);
  /** Bytes of the list that follows. */
  const count = (size: number): number => Number(u64()) * size;
  return {
    ...{ take, u8, u32, u64, count },
    atEnd: (): boolean => !isBroken && at === view.length,
    option<T>(read: () => T): T | null {
      const tag = u8();
      if (tag > 1) isBroken = true;
      return tag === 1 ? read() : null;
    },
    list<T>(size: number, read: () => T): readonly T[] {
      const items = Number(u64());
      if (items * size > view.length - at) isBroken = true;
      return isBroken ? [] : Array.from({ length: items }, read);
    },
    /** LEB128, at most 64 bits. */
    variable(): bigint {
      let value = 0n;
      for (let shift = 0n; shift < 64n; shift += 7n) {
        const byte = u8();
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
      isBroken = true;
      return value;
    },
  };
}
