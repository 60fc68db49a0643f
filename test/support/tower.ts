import { ed25519 } from '@noble/curves/ed25519.js';

/** Which form of the last vote a tower keeps: what validators sent over the years (`VoteTransaction`). */
export type VoteForm = 'vote' | 'vote-state-update' | 'tower-sync';

export interface TowerOptions {
  readonly root?: bigint | null;
  readonly form?: VoteForm;
  /** Slots of the last vote, where they are not those of the tower. */
  readonly voted?: readonly bigint[];
  readonly node?: Uint8Array;
  /** Number of credits kept per epoch, and of authorized voters. */
  readonly history?: number;
}

/**
 * What Agave signs and saves as a validator's tower: `Tower1_14_11` in bincode (little-endian, fixed sizes, lengths and
 * counts of 64 bits, enum tags of 32, options of one byte). Built from the published definitions: agave
 * `core/src/consensus/tower1_14_11.rs` for the tower, `solana-vote-interface` for `VoteState1_14_11`, `CircBuf`,
 * `Lockout`, `Vote`, `VoteStateUpdate` and the compact `TowerSync`. Agave's own conversion leaves everything of the vote
 * state but votes and root at its default; `history` fills it.
 */
export function towerData(node: Uint8Array, slots: readonly bigint[], options: TowerOptions = {}): Buffer {
  const { root = null, form = 'tower-sync', voted = slots, history = 0 } = options;
  const entries = Array.from({ length: history }, (_, at) => BigInt(at));
  return Buffer.concat([
    options.node ?? node,
    u64(8n),
    f64(2 / 3),
    ...[Buffer.alloc(32), Buffer.alloc(32), Buffer.alloc(1)],
    lockouts(slots),
    option(root),
    list(entries.map((epoch) => Buffer.concat([u64(epoch), node]))),
    Buffer.concat([Buffer.alloc(32 * 48), u64(31n), Buffer.from([1])]),
    list(entries.map((epoch) => Buffer.concat([u64(epoch), u64(20n), u64(10n)]))),
    ...[u64(0n), u64(0n)],
    lastVote(form, voted, root),
    ...[u64(slots.at(-1) ?? 0n), u64(1_700_000_000n)],
  ]);
}

/** `SavedTowerVersions::Current`: the tag, the signature of the node, and the bytes it signed behind their length. */
export function savedTower(seed: Uint8Array, data: Uint8Array): Buffer {
  return Buffer.concat([u32(1), ed25519.sign(data, seed), u64(BigInt(data.length)), data]);
}

/** A tower of consecutive votes up to `last`, as the validator whose seed this is saves it. */
export function towerUpTo(seed: Uint8Array, last: bigint, options: TowerOptions = {}): Buffer {
  const slots = Array.from({ length: 31 }, (_, at) => last - 30n + BigInt(at));
  const root = last - 31n;
  return savedTower(seed, towerData(ed25519.getPublicKey(seed), slots, { root, ...options }));
}

function lastVote(form: VoteForm, slots: readonly bigint[], root: bigint | null): Buffer {
  const [hash, timestamp, blockId] = [Buffer.alloc(32, 3), option(1_700_000_000n), Buffer.alloc(32, 4)];
  if (form === 'vote') return Buffer.concat([u32(0), list(slots.map(u64)), hash, timestamp]);
  if (form === 'vote-state-update') return Buffer.concat([u32(1), lockouts(slots), option(root), hash, timestamp]);
  const offsets = slots.map((slot, at) =>
    Buffer.concat([variable(slot - (slots[at - 1] ?? root ?? 0n)), Buffer.from([slots.length - at])]),
  );
  const compact = [u64(root ?? 2n ** 64n - 1n), Buffer.from([slots.length]), ...offsets];
  return Buffer.concat([u32(3), ...compact, hash, timestamp, blockId]);
}

function lockouts(slots: readonly bigint[]): Buffer {
  return list(slots.map((slot, at) => Buffer.concat([u64(slot), u32(slots.length - at)])));
}

function list(items: readonly Buffer[]): Buffer {
  return Buffer.concat([u64(BigInt(items.length)), ...items]);
}

function option(value: bigint | null): Buffer {
  return value === null ? Buffer.from([0]) : Buffer.concat([Buffer.from([1]), u64(value)]);
}

function variable(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function f64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}
