import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestBytes, digestStream, lasting, Tap } from '../../src/lib/digest.ts';

/** The chunks in one buffer that is used again for each, as readers of files do. */
async function* reused(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(64);
  for (const chunk of chunks) {
    buffer.set(chunk);
    yield buffer.subarray(0, chunk.length);
    buffer.fill(0);
  }
}

const pieces = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 });

describe('digests', () => {
  test('are those of node:crypto, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (chunks) => {
        const whole = Buffer.concat(chunks);
        const expected = { sha256: createHash('sha256').update(whole).digest('hex'), size: whole.length };
        expect(digestBytes(whole)).toEqual(expected);
        expect(await digestStream(reused(chunks))).toEqual(expected);
      }),
    );
  });

  test('are taken on the way, and chunks can be kept when they are made to last', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (chunks) => {
        const tap = new Tap();
        const kept: Uint8Array[] = [];
        for await (const chunk of lasting(tap.through(reused(chunks)))) kept.push(chunk);
        expect(Buffer.concat(kept)).toEqual(Buffer.concat(chunks));
        expect(tap.size).toBe(Buffer.concat(chunks).length);
        expect(tap.digest()).toEqual(digestBytes(Buffer.concat(chunks)));
      }),
    );
  });
});
