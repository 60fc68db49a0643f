import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { deriveEd25519Seed } from '../../src/identity/derivation-path.ts';
import vectors from '../vectors/solana/slip-0010-ed25519.json' with { type: 'json' };

describe('SLIP-0010, the published ed25519 vectors', () => {
  test.each(vectors)('$path', ({ seed, path, privateKey, publicKey }) => {
    const derived = deriveEd25519Seed(Buffer.from(seed, 'hex'), path);
    expect(Buffer.from(derived).toString('hex')).toBe(privateKey);
    expect(Buffer.from(ed25519.getPublicKey(derived)).toString('hex')).toBe(publicKey);
  });
});
