import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rollOut, type RollOutStep } from '../../src/hosts/roll-out.ts';
import { ValopsError } from '../../src/lib/errors.ts';

type End = RollOutStep | 'error';

/** Rolls out to hosts that end as told, each after some turns of the event loop; what ran beside what is kept. */
async function trial(ends: readonly End[], turns: readonly number[], limit: number) {
  const running = new Set<number>();
  const atOnce: number[] = [];
  let proven = false;
  let alone = true;
  let over = false;
  let begunAfter = false;
  const rolled = await rollOut(
    ends.map((_, index) => index),
    limit,
    async (index) => {
      running.add(index);
      atOnce.push(running.size);
      if (!proven && running.size > 1) alone = false;
      if (over) begunAfter = true;
      for (let turn = 1 + (turns[index] ?? 0); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
      running.delete(index);
      const end = ends[index] ?? 'stop';
      if (end === 'stop' || end === 'error') over = true;
      if (end === 'error') throw new ValopsError('HOST_UNREACHABLE', `host ${index} is down`);
      if (end === 'proof') proven = true;
      return end;
    },
    (end) => end,
  );
  return { ...rolled, alone, begunAfter, most: Math.max(0, ...atOnce), running: running.size };
}

describe('roll-out', () => {
  const ends = fc.array(fc.constantFrom<End>('proof', 'proof', 'proof', 'nothing', 'stop', 'error'), { maxLength: 12 });

  test('alone until the proof, never more than the limit, and nobody is begun after one that did not end well', async () => {
    await fc.assert(
      fc.asyncProperty(
        ends,
        fc.array(fc.nat(5), { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (list, turns, limit) => {
          const { outcomes, notBegun, alone, begunAfter, most, running } = await trial(list, turns, limit);
          expect([alone, begunAfter]).toEqual([true, false]);
          expect(most).toBeLessThanOrEqual(limit);
          expect(running).toBe(0);
          // every host is in exactly one of both, in order
          expect([...outcomes.map(({ host }) => host), ...notBegun]).toEqual(list.map((_, index) => index));
          const bad = outcomes.filter((one) => 'error' in one || one.result === 'stop');
          if (bad.length === 0) expect(notBegun).toEqual([]);
        },
      ),
    );
  });

  test('the first that stops leaves the rest untouched', async () => {
    const { outcomes, notBegun } = await trial(['nothing', 'stop', 'proof', 'proof'], [1, 1, 1, 1], 4);
    expect(outcomes).toEqual([
      { host: 0, result: 'nothing' },
      { host: 1, result: 'stop' },
    ]);
    expect(notBegun).toEqual([2, 3]);
  });

  test('after a proof the others go at once', async () => {
    const { most, notBegun } = await trial(['proof', 'proof', 'proof', 'proof', 'proof'], [3, 3, 3, 3, 3], 3);
    expect([most, notBegun]).toEqual([3, []]);
  });

  test('a bug is thrown, but only when those under way have ended', async () => {
    let ended = false;
    const running = rollOut(
      [0, 1, 2, 3],
      2,
      async (host) => {
        if (host === 1) throw new TypeError('a bug');
        for (let turn = host * 5; turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
        if (host === 2) ended = true;
        return host;
      },
      () => 'proof',
    );
    await expect(running).rejects.toThrow('a bug');
    expect(ended).toBe(true);
  });
});
