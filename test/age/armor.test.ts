import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { armor } from '../../src/age/armor.ts';
import { dearmor } from '../../src/age/dearmor.ts';
import { ValopsError } from '../../src/lib/errors.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function collect(blocks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const block of blocks) all.push(block);
  return Buffer.concat(all);
}

function sample(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 77 + (at >> 7)) & 255));
}

test('every length around a line comes back, whatever the pieces (a padded last line may have 64 columns)', async () => {
  for (let size = 1; size <= 200; size++) {
    const text = await collect(armor(pieces(sample(size), 7)));
    for (const cut of [1, 64, 65, 66, 4096]) {
      for (const lineEnds of [text, Buffer.from(text.toString().replaceAll('\n', '\r\n'))]) {
        const { armored, bytes } = await dearmor(pieces(lineEnds, cut));
        expect(armored).toBe(true);
        expect((await collect(bytes)).equals(sample(size))).toBe(true);
      }
    }
  }
});

test('long texts come back, whatever the pieces', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 150_000 }), fc.integer({ min: 50, max: 200_000 }), async (size, cut) => {
      const text = await collect(armor(pieces(sample(size), cut)));
      expect(text.toString()).toMatch(/^-----BEGIN[^\n]*\n(?:[^\n]{64}\n)*(?:[^\n]{1,64}\n)?-----END[^\n]*\n$/);
      expect((await collect((await dearmor(pieces(text, cut))).bytes)).equals(sample(size))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('one changed character in a full line never passes', async () => {
  const plain = sample(480);
  const text = (await collect(armor(pieces(plain, 480)))).toString();
  const first = text.indexOf('\n') + 1;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: first, max: first + 640 }),
      fc.integer({ min: 0, max: 255 }),
      async (at, byte) => {
        const changed = Buffer.from(text, 'latin1');
        fc.pre(changed[at] !== byte);
        changed[at] = byte;
        const verdict = await collect((await dearmor(pieces(changed, 4096))).bytes).then(
          (bytes) => (bytes.equals(plain) ? 'passed' : 'other bytes'),
          (error: unknown) => (error instanceof ValopsError ? error.code : 'another error'),
        );
        const carriesData = text[at] !== '\n' && /[A-Za-z0-9+/]/.test(String.fromCharCode(byte));
        expect(verdict).toBe(carriesData ? 'other bytes' : 'AGE_ARMOR_INVALID');
      },
    ),
    { numRuns: 2_000 },
  );
});

test('what is not armored passes through as it is', async () => {
  const { armored, bytes } = await dearmor(pieces(Buffer.from('age-encryption.org/v1\n…'), 3));
  expect(armored).toBe(false);
  expect((await collect(bytes)).toString()).toBe('age-encryption.org/v1\n…');
});
