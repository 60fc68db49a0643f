import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, equalBytes } from '@noble/curves/utils.js';
import { base58 } from '@scure/base';
import type { Context } from '../../core/context.ts';
import { ValopsError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import { newWords, parseWords, wordsToSeed } from '../bip39.ts';
import { deriveEd25519Seed } from '../derivation-path.ts';
import type { Kind, KindOptions, PublicIdentity } from '../kind.ts';
import { collectSingleFile, placeSingleFile } from '../single-file.ts';

/**
 * A Solana keypair as solana-keygen writes it: a JSON array of 64 numbers, the ed25519 seed
 * followed by the public key. Public id: base58 of the public key.
 */
export const solana: Kind = {
  id: 'solana',
  payload: 'JSON array of 64 numbers, as solana-keygen writes it',
  target: 'file',
  async generate(context, options) {
    const words = chooseWords(context, options);
    const seed = words === undefined ? context.randomBytes(32) : seedOfWords(words, options['derivationPath']);
    const keypair = new Uint8Array(64);
    try {
      const publicKey = ed25519.getPublicKey(seed);
      keypair.set(seed);
      keypair.set(publicKey, 32);
      return {
        payload: Secret.fromText(`[${keypair.join(',')}]`),
        identity: identify(publicKey),
        ...(words !== undefined && options['wordsOut'] !== undefined && { words: Secret.fromText(words) }),
      };
    } finally {
      seed.fill(0);
      keypair.fill(0);
    }
  },
  derive,
  place(payload) {
    derive(payload);
    return placeSingleFile(payload);
  },
  collect: collectSingleFile,
  // agave names a saved tower by the version of its format and the identity, `tower-1_9-<pubkey>.bin`
  state: ({ publicId }) => [`tower-*${publicId}.bin`],
};

function derive(payload: Uint8Array): PublicIdentity {
  const keypair = parseKeypair(payload);
  try {
    const publicKey = ed25519.getPublicKey(keypair.subarray(0, 32));
    if (!equalBytes(publicKey, keypair.subarray(32))) {
      throw new ValopsError('IDENTITY_PAYLOAD_INVALID', 'the last 32 numbers are not the public key of the first 32', {
        hint: 'Restore the keypair from another copy: this one is damaged.',
      });
    }
    return identify(publicKey);
  } finally {
    keypair.fill(0);
  }
}

function identify(publicKey: Uint8Array): PublicIdentity {
  return { publicId: base58.encode(publicKey), publicKey: bytesToHex(publicKey) };
}

/** The words to derive from, in BIP39 form, or undefined when the key is plain random bytes. */
function chooseWords(context: Context, options: KindOptions): string | undefined {
  const { words, wordsOut, wordsFd, derivationPath } = options;
  if (words !== undefined && wordsFd !== undefined) {
    throw usage('--words makes new words and --words-fd reads existing ones', 'Use one of the two.');
  }
  if (words !== undefined && wordsOut === undefined) {
    throw usage('--words without --words-out would lose the words', 'Add --words-out FILE.');
  }
  if (words === undefined && wordsFd === undefined) {
    const orphan = derivationPath !== undefined ? '--derivation-path' : wordsOut !== undefined ? '--words-out' : '';
    if (orphan !== '') throw usage(`${orphan} needs words to derive from`, 'Add --words 24 or --words-fd N.');
    return undefined;
  }
  if (words !== undefined) return newWords(String(words), context.randomBytes);
  if (!/^\d{1,9}$/.test(String(wordsFd))) {
    throw usage(`expected a descriptor number after --words-fd, got "${wordsFd}"`, 'Use --words-fd 3 3<FILE.');
  }
  const line = context.streams.readDescriptor(Number(wordsFd));
  try {
    return parseWords(line);
  } finally {
    line.fill(0);
  }
}

/** solana-keygen's two derivations: SLIP-0010 with a path, the head of the BIP39 seed without. */
function seedOfWords(words: string, path: string | boolean | undefined): Uint8Array {
  const seed = wordsToSeed(words);
  try {
    return path === undefined ? seed.slice(0, 32) : deriveEd25519Seed(seed, String(path));
  } finally {
    seed.fill(0);
  }
}

/** The 64 bytes; the caller wipes them. No parser's error is passed on: it could quote the payload. */
function parseKeypair(payload: Uint8Array): Uint8Array {
  const text = new TextDecoder('latin1').decode(payload);
  const numbers = /^\[(?:(?:0|[1-9]\d{0,2}),){63}(?:0|[1-9]\d{0,2})\]$/.test(text) ? text.slice(1, -1).split(',') : [];
  if (numbers.length !== 64 || numbers.some((number) => Number(number) > 255)) {
    throw new ValopsError(
      'IDENTITY_PAYLOAD_INVALID',
      'expected a JSON array of exactly 64 numbers from 0 to 255, without spaces',
      { hint: 'Check that the payload is a keypair file of solana-keygen.' },
    );
  }
  return Uint8Array.from(numbers, Number);
}

function usage(message: string, hint: string): ValopsError {
  return new ValopsError('USAGE', message, { hint });
}
