import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineParts, splitSecret } from '../../src/age/shamir.ts';
import { Secret } from '../../src/lib/secret.ts';

/** Multiplication in GF(2^8) by the polynomial of AES (FIPS 197, section 4.2), bit by bit. */
function times(a: number, b: number): number {
  let product = 0;
  for (let left = b; left > 0; left >>= 1, a = (a << 1) ^ (a & 128 ? 0x11b : 0)) if (left & 1) product ^= a;
  return product;
}

function inverse(a: number): number {
  return Array.from({ length: 255 }, (_, at) => at + 1).find((b) => times(a, b) === 1) ?? 0;
}

/** Lagrange interpolation at 0, written from the definition: what anybody could do without the package. */
function interpolate(parts: readonly Uint8Array[]): Uint8Array {
  const length = (parts[0]?.length ?? 1) - 1;
  const coordinates = parts.map((part) => part[length] ?? 0);
  return Uint8Array.from({ length }, (_, at) =>
    parts.reduce((sum, part, n) => {
      const x = coordinates[n] ?? 0;
      const basis = coordinates
        .filter((other) => other !== x)
        .reduce((product, other) => times(product, times(other, inverse(other ^ x))), 1);
      return sum ^ times(part[at] ?? 0, basis);
    }, 0),
  );
}

const bytesOf = (secret: Secret): Uint8Array => secret.use((bytes) => bytes.slice());

test('parts are points of polynomials over GF(2^8), which anybody can interpolate', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.integer({ min: 2, max: 6 }),
      async (raw, threshold) => {
        const parts = await splitSecret(new Secret(raw.slice()), threshold, threshold + 1);
        const plain = interpolate(parts.slice(1).map(bytesOf));
        expect(plain.slice(0, raw.length)).toEqual(raw);
        expect(plain.length).toBe(raw.length + 4);
        expect(bytesOf((await combineParts(parts.slice(0, threshold))) ?? new Secret(new Uint8Array()))).toEqual(raw);
      },
    ),
    { numRuns: 30 },
  );
});

test('too few parts, an altered one, one twice or of another length give null, never another secret', async () => {
  const secret = new Secret(Uint8Array.from({ length: 32 }, (_, at) => at));
  const parts = await splitSecret(secret, 3, 5);
  const [one, two, three] = parts;
  if (one === undefined || two === undefined || three === undefined) throw new Error('no parts');
  expect(await combineParts([one, two])).toBeNull();
  expect(await combineParts([one])).toBeNull();
  expect(await combineParts([])).toBeNull();
  expect(await combineParts([one, two, two])).toBeNull();
  expect(await combineParts([one, two, new Secret(bytesOf(three).slice(1))])).toBeNull();
  for (let bit = 0; bit < three.length * 8; bit++) {
    const altered = bytesOf(three);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect([bit, await combineParts([one, two, new Secret(altered)])]).toEqual([bit, null]);
  }
  expect(bytesOf((await combineParts(parts)) ?? secret)).toEqual(bytesOf(secret));
});
