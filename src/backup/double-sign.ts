import { decodeJson } from '../lib/json-document.ts';
import { readTower } from './tower.ts';

/**
 * How the double-sign state of a backup relates to the one at its place. `unknown`: it cannot be
 * told, which must be taken for newer.
 */
export type StateOrder = 'same' | 'older' | 'newer' | 'unknown';

/** Which of two states is further. `mark` is for people, where there is one. */
export interface StateComparison {
  /** Of the backup, seen from the place: `older` must never take its place. */
  readonly backup: StateOrder;
  readonly backupMark?: string;
  readonly placeMark?: string;
}

/** How far a validator has signed. */
interface Progress {
  readonly form: 'high-water mark' | 'tower';
  /** The first that differs decides. */
  readonly steps: readonly bigint[];
  /** What can only rise with the rest: that it fell shows that one of two does not follow the other. */
  readonly floor: bigint;
  /** For people. */
  readonly mark: string;
}

/**
 * Compares two states of one validator. Understood is a high-water mark of height, round and step as JSON (CometBFT's
 * `priv_validator_state.json`, `consensus.json` of tmkms), and a saved tower of Agave that `node` signed, its ed25519
 * public key. Of anything else only equal bytes are: which is newer is not guessed. Two that stand at the same vote in
 * different bytes are `unknown`: they may be two different votes. So is a later tower with an earlier root.
 */
export function compareState(backup: Uint8Array, place: Uint8Array, node?: Uint8Array): StateComparison {
  if (Buffer.from(backup).equals(place)) return { backup: 'same' };
  const [ours, theirs] = [progressOf(backup, node), progressOf(place, node)];
  const marks = {
    ...(ours === null ? {} : { backupMark: ours.mark }),
    ...(theirs === null ? {} : { placeMark: theirs.mark }),
  };
  return { backup: ours === null || theirs === null ? 'unknown' : orderOf(ours, theirs), ...marks };
}

function orderOf(ours: Progress, theirs: Progress): StateOrder {
  if (ours.form !== theirs.form) return 'unknown';
  for (const [at, step] of ours.steps.entries()) {
    const other = theirs.steps[at] ?? step;
    if (step === other) continue;
    const [behind, ahead] = step < other ? [ours, theirs] : [theirs, ours];
    if (ahead.floor < behind.floor) return 'unknown';
    return ahead === theirs ? 'older' : 'newer';
  }
  return 'unknown';
}

function progressOf(bytes: Uint8Array, node: Uint8Array | undefined): Progress | null {
  return parseHighWater(bytes) ?? (node === undefined ? null : parseTower(bytes, node));
}

function parseTower(bytes: Uint8Array, node: Uint8Array): Progress | null {
  const tower = readTower(bytes, node);
  if (tower === null) return null;
  const { lastVote, root } = tower;
  const mark = `last vote at slot ${lastVote}, root ${root ?? 'none'}`;
  return { form: 'tower', steps: [lastVote], floor: root ?? -1n, mark };
}

function parseHighWater(bytes: Uint8Array): Progress | null {
  let value: unknown;
  try {
    value = decodeJson(bytes);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const part = (name: string): bigint | null => {
    const found: unknown = Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
    if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 0) return BigInt(found);
    return typeof found === 'string' && /^\d{1,19}$/.test(found) ? BigInt(found) : null;
  };
  const [height, round, step] = [part('height'), part('round'), part('step')];
  if (height === null || round === null || step === null) return null;
  const mark = `height ${height}, round ${round}, step ${step}`;
  return { form: 'high-water mark', steps: [height, round, step], floor: 0n, mark };
}
