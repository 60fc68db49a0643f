import { randomBytes } from 'node:crypto';
import type { ApplyDoors } from '../../src/core/apply.ts';
import type { Event } from '../../src/core/events.ts';

/** Doors of an apply: real time and randomness; events and journal lines are kept for the test. */
export function applyDoors(): ApplyDoors & {
  readonly seen: readonly Event[];
  readonly journalled: readonly unknown[];
} {
  const seen: Event[] = [];
  const journalled: unknown[] = [];
  return {
    seen,
    journalled,
    clock: { now: () => new Date(), monotonic: () => performance.now() },
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    events: { emit: (event) => void seen.push(event) },
    interruption: { say: () => () => undefined },
    machine: {
      user: () => 'tester',
      hostname: () => 'laptop',
      interfaces: () => ({ known: false, reason: 'test' }),
      routes: () => ({ known: false, reason: 'test' }),
      swap: () => ({ known: false, reason: 'test' }),
      coreDumps: () => ({ known: false, reason: 'test' }),
      resolveOwner: () => ({ uid: 0, gid: 0 }),
    },
    journal: {
      begin(record) {
        journalled.push(record);
        return {
          done: (details) => void journalled.push({ done: details }),
          failed: (code) => void journalled.push({ failed: code }),
        };
      },
      head: () => null,
    },
  };
}
