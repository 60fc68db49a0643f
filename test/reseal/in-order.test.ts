import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileKeys } from '../../src/reseal/file-keys.ts';
import { inOrder } from '../../src/reseal/in-order.ts';

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('work in order', () => {
  test('answers in the order of the items, never more at a time than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3)), fc.integer({ min: 1, max: 5 }), async (delays, limit) => {
        let now = 0;
        let most = 0;
        const work = async (index: number): Promise<number> => {
          most = Math.max(most, ++now);
          await sleep(delays[index]);
          now--;
          return index;
        };
        expect(await collect(inOrder(delays.keys(), limit, work))).toEqual([...delays.keys()]);
        expect(most).toBe(Math.min(limit, delays.length));
      }),
      { numRuns: 30 },
    );
  });

  test('after a failure nothing is begun, and what is under way has settled when it is thrown', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = async (index: number): Promise<void> => {
      begun.push(index);
      await sleep(index === 1 ? 1 : 20);
      if (index === 1) throw new Error('one');
      ended.push(index);
    };
    await expect(collect(inOrder([0, 1, 2, 3, 4, 5, 6, 7], 3, work))).rejects.toThrow('one');
    expect(ended).toEqual(begun.filter((index) => index !== 1));
    expect(begun.length).toBeLessThanOrEqual(5);
  });

  test('who stops asking waits for what is under way', async () => {
    const ended: number[] = [];
    for await (const _ of inOrder([0, 1, 2, 3, 4], 2, async (index) => {
      await sleep(5);
      ended.push(index);
    })) {
      break;
    }
    expect(ended).toEqual([0, 1]);
  });
});

test('file keys are found again by their number, and gone when wiped', () => {
  const keys = new FileKeys();
  const all = Array.from({ length: 9000 }, (_, index) => Buffer.from(String(index).padStart(16, '0')));
  const numbers = all.map((key) => keys.keep(key));
  for (const [at, number] of numbers.entries()) expect(keys.use(number, (key) => Buffer.from(key))).toEqual(all[at]);
  keys.wipe(numbers[5000] ?? -1);
  expect(keys.use(5000, (key) => [...key].every((byte) => byte === 0))).toBe(true);
  expect(keys.use(5001, (key) => Buffer.from(key).toString())).toBe('0000000000005001');
  expect(() => keys.use(20_000, () => null)).toThrow('no file key');
  expect(JSON.stringify(keys)).toBe('{}');
});
