// The shared age test vectors (C2SP CCTV, npm package cctv-age), each through our engine.
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import * as cctv from 'cctv-age';
import { describe, expect, test } from 'vitest';
import { open } from '../../src/age/engine.ts';
import type { Identity } from '../../src/age/identity.ts';
import { nativeIdentity } from '../../src/age/native-keys.ts';
import { passphraseIdentity } from '../../src/age/passphrase.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { Secret } from '../../src/lib/secret.ts';

interface Vector {
  readonly expect: string;
  readonly payload: string | undefined;
  readonly identities: readonly string[];
  readonly passphrases: readonly string[];
  readonly body: Uint8Array;
}

function parseVector(bytes: Uint8Array): Vector {
  const text = Buffer.from(bytes);
  const end = text.indexOf('\n\n');
  const fields = text
    .toString('utf8', 0, end)
    .split('\n')
    .map((line): [string, string] => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]);
  const all = (key: string): string[] => fields.filter(([name]) => name === key).map(([, value]) => value);
  const body = text.subarray(end + 2);
  return {
    expect: all('expect')[0] ?? '',
    payload: all('payload')[0],
    identities: all('identity'),
    passphrases: all('passphrase'),
    body: all('compressed')[0] === 'zlib' ? inflateSync(body) : body,
  };
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function judge(vector: Vector, pieces: number): Promise<{ readonly outcome: string; readonly payload: string }> {
  const identities: Identity[] = vector.passphrases.map((text) =>
    passphraseIdentity(async () => Secret.fromText(text)),
  );
  for (const line of vector.identities) identities.push(await nativeIdentity(line, 'vector'));
  const hash = createHash('sha256');
  let outcome = 'success';
  try {
    for await (const block of open(inPieces(vector.body, pieces), identities)) hash.update(block);
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    outcome = error.code === 'AGE_HEADER_INVALID' && error.message.includes('MAC') ? 'HMAC' : error.code;
  }
  return { outcome, payload: hash.digest('hex') };
}

const sha256OfNothing = createHash('sha256').digest('hex');

const outcomes: Readonly<Record<string, readonly string[]>> = {
  success: ['success'],
  'no match': ['AGE_NO_IDENTITY_MATCH', 'AGE_PASSPHRASE_WRONG'],
  'HMAC failure': ['HMAC'],
  'header failure': ['AGE_HEADER_INVALID'],
  'armor failure': ['AGE_ARMOR_INVALID', 'AGE_HEADER_INVALID'],
  'payload failure': ['AGE_PAYLOAD_INVALID'],
};

const vectors = Object.entries(cctv as Readonly<Record<string, Uint8Array>>);

describe('the C2SP vectors of cctv-age', () => {
  test('all 143 of them are there', () => {
    expect(vectors.length).toBe(143);
  });

  test.each(vectors)('%s', { timeout: 60_000 }, async (_name, bytes) => {
    const vector = parseVector(bytes);
    for (const pieces of vector.passphrases.length > 0 ? [1 << 20] : [1 << 20, 4099]) {
      const { outcome, payload } = await judge(vector, pieces);
      expect(outcomes[vector.expect]).toContain(outcome);
      // For a payload failure the vector tells which beginning may come out before it.
      expect(payload).toBe(vector.payload ?? sha256OfNothing);
    }
  });

  test.each(vectors.filter(([name]) => name.startsWith('armor')))('%s, byte by byte', async (_name, bytes) => {
    const vector = parseVector(bytes);
    if (vector.passphrases.length > 0) return;
    expect(outcomes[vector.expect]).toContain((await judge(vector, 1)).outcome);
  });
});
