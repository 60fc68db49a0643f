// Whatever happens to a sealed file, what comes out is a beginning of the plaintext, and the end is an AGE_* error.
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { open, sealBytes } from '../../src/age/engine.ts';
import { parseIdentityFile } from '../../src/age/identities.ts';
import type { Identity } from '../../src/age/identity.ts';
import { generateKey } from '../../src/age/keygen.ts';
import { parseRecipient } from '../../src/age/recipients.ts';
import type { Recipient } from '../../src/age/recipient.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { noDoors } from '../support/age-doors.ts';

const chunk = 65_536;
const plaintext = Buffer.from(Uint8Array.from({ length: 3 * chunk + 1000 }, (_, at) => (at * 13 + (at >> 9)) & 255));

let recipient: Recipient;
let identities: readonly Identity[];
let sealed: Buffer;
let armored: Buffer;
let payloadStart: number;

beforeAll(async () => {
  const key = await generateKey({ postQuantum: false, createdAt: new Date(0) });
  recipient = parseRecipient(key.recipient, noDoors());
  const passphrase = () => Promise.reject(new Error('not needed'));
  const file = Buffer.from(key.file.useText((text) => text));
  identities = await parseIdentityFile(file, { name: 'test', plugins: noDoors(), passphrase });
  sealed = Buffer.from(await sealBytes(plaintext, [recipient]));
  armored = Buffer.from(await sealBytes(plaintext.subarray(0, 5_000), [recipient], { armor: true }));
  payloadStart = sealed.indexOf('\n', sealed.indexOf('\n---') + 1) + 1;
});

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

interface Outcome {
  readonly code: string;
  readonly released: Buffer;
}

async function outcome(bytes: Uint8Array, cut: number): Promise<Outcome> {
  const released: Uint8Array[] = [];
  try {
    for await (const block of open(pieces(bytes, cut), identities)) released.push(block);
    return { code: 'opened', released: Buffer.concat(released) };
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    return { code: error.code, released: Buffer.concat(released) };
  }
}

/** `refused`: an AGE_* error after nothing but a true beginning of the plaintext. */
async function verdict(bytes: Uint8Array, cut: number): Promise<string> {
  const { code, released } = await outcome(bytes, cut);
  if (!released.equals(plaintext.subarray(0, released.length))) return `${code} after a false byte`;
  return code.startsWith('AGE_') ? 'refused' : code;
}

const cuts = fc.integer({ min: 1_000, max: 1 << 20 });

test('untouched files open, sealed and opened in any pieces', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: plaintext.length }), cuts, cuts, async (size, sealCut, openCut) => {
      const blocks: Uint8Array[] = [];
      const { seal } = await import('../../src/age/engine.ts');
      for await (const block of seal(pieces(plaintext.subarray(0, size), sealCut), [recipient])) blocks.push(block);
      const { code, released } = await outcome(Buffer.concat(blocks), openCut);
      expect(code).toBe('opened');
      expect(released.equals(plaintext.subarray(0, size))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('any flipped bit', async () => {
  const at = fc.oneof(fc.nat(sealed.length - 1), fc.nat(payloadStart + 100));
  await fc.assert(
    fc.asyncProperty(at, fc.nat(7), cuts, async (byte, bit, cut) => {
      const changed = Buffer.from(sealed);
      changed[byte] = (changed[byte] ?? 0) ^ (1 << bit);
      expect(await verdict(changed, cut)).toBe('refused');
    }),
    { numRuns: 400 },
  );
});

test('every bit of the header, one after the other', async () => {
  for (let byte = 0; byte < payloadStart; byte++) {
    for (let bit = 0; bit < 8; bit++) {
      const changed = Buffer.from(sealed.subarray(0, payloadStart + 200));
      changed[byte] = (changed[byte] ?? 0) ^ (1 << bit);
      expect((await outcome(changed, 1 << 20)).code).toMatch(/^AGE_(HEADER_INVALID|NO_IDENTITY_MATCH)$/);
    }
  }
});

test('cut short anywhere', async () => {
  const boundary = fc
    .tuple(fc.nat(4), fc.integer({ min: -20, max: 20 }))
    .map(([index, off]) => Math.min(sealed.length - 1, payloadStart + 16 + index * (chunk + 16) + off));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.nat(sealed.length - 1), boundary), cuts, async (length, cut) => {
      expect(await verdict(sealed.subarray(0, length), cut)).toBe('refused');
    }),
    { numRuns: 400 },
  );
});

test('extended', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 70_000 }), cuts, async (more, cut) => {
      expect(await verdict(Buffer.concat([sealed, more]), cut)).toBe('refused');
    }),
    { numRuns: 100 },
  );
  expect(await verdict(Buffer.concat([sealed, sealed]), 1 << 20)).toBe('refused');
});

test('chunks swapped, doubled or left out', async () => {
  const start = payloadStart + 16;
  const chunks = Array.from({ length: 4 }, (_, at) =>
    sealed.subarray(start + at * (chunk + 16), start + (at + 1) * (chunk + 16)),
  );
  const order = fc.array(fc.nat(3), { maxLength: 6 }).filter((indexes) => indexes.join() !== '0,1,2,3');
  await fc.assert(
    fc.asyncProperty(order, cuts, async (indexes, cut) => {
      const moved = indexes.map((index) => chunks[index] ?? Buffer.alloc(0));
      expect(await verdict(Buffer.concat([sealed.subarray(0, start), ...moved]), cut)).toBe('refused');
    }),
    { numRuns: 100 },
  );
});

test('any flipped bit of an armored file is refused, or was white space around it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(armored.length - 1), fc.nat(7), cuts, async (byte, bit, cut) => {
      const changed = Buffer.from(armored);
      changed[byte] = (changed[byte] ?? 0) ^ (1 << bit);
      const { code, released } = await outcome(changed, cut);
      expect(released.equals(plaintext.subarray(0, released.length))).toBe(true);
      const harmless = byte === armored.length - 1 && released.length === 5_000;
      expect(harmless ? 'opened' : code.slice(0, 4)).toBe(code === 'opened' ? code : 'AGE_');
    }),
    { numRuns: 600 },
  );
});

test('the source is closed when opening fails early', async () => {
  let closed = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.from('this is not an age file\n');
    } finally {
      closed = true;
    }
  }
  await expect(open(source(), identities).next()).rejects.toMatchObject({ code: 'AGE_HEADER_INVALID' });
  expect(closed).toBe(true);
});
