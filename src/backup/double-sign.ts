import { decodeJson } from '../lib/json-document.ts';
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

interface HighWater {
  readonly height: bigint;
  readonly round: bigint;
  readonly step: bigint;
}

/**
 * Compares two states of one validator. Understood is a high-water mark of height, round and step as
 * JSON (CometBFT's `priv_validator_state.json`, `consensus.json` of tmkms); of anything else, such as
 * a Solana tower, only equal bytes are: which of two towers is newer is not guessed. Two marks at
 * the same height, round and step in different bytes are `unknown`: they may stand for two different votes.
 */
export function compareState(backup: Uint8Array, place: Uint8Array): StateComparison {
  if (Buffer.from(backup).equals(place)) return { backup: 'same' };
  const [ours, theirs] = [parseHighWater(backup), parseHighWater(place)];
  const marks = {
    ...(ours === null ? {} : { backupMark: markOf(ours) }),
    ...(theirs === null ? {} : { placeMark: markOf(theirs) }),
  };
  if (ours === null || theirs === null) return { backup: 'unknown', ...marks };
  for (const part of ['height', 'round', 'step'] as const) {
    if (ours[part] !== theirs[part]) return { backup: ours[part] < theirs[part] ? 'older' : 'newer', ...marks };
  }
  return { backup: 'unknown', ...marks };
}

/** A state in a few words: `height 12, round 0, step 3`; null for a form that is not understood. */
export function stateMark(bytes: Uint8Array): string | null {
  const mark = parseHighWater(bytes);
  return mark === null ? null : markOf(mark);
}

function markOf({ height, round, step }: HighWater): string {
  return `height ${height}, round ${round}, step ${step}`;
}

function parseHighWater(bytes: Uint8Array): HighWater | null {
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
  return height === null || round === null || step === null ? null : { height, round, step };
}
