import { entropyToMnemonic, mnemonicToEntropy, mnemonicToSeedSync } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import type { RandomBytes } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';

const counts = ['12', '15', '18', '21', '24'];

/**
 * New English BIP39 words from `randomBytes`: 4 bytes of entropy for every 3 words.
 * Throws USAGE for a count BIP39 does not have.
 */
export function newWords(count: string, randomBytes: RandomBytes): string {
  if (!counts.includes(count)) {
    throw new ValopsError('USAGE', `expected 12, 15, 18, 21 or 24 words, got "${count}"`, { hint: 'Use --words 24.' });
  }
  const entropy = randomBytes((Number(count) / 3) * 4);
  try {
    return entropyToMnemonic(entropy, wordlist);
  } finally {
    entropy.fill(0);
  }
}

/**
 * Words as an operator typed them (UTF-8, any white space) in the form BIP39 hashes: NFKD, single
 * spaces. Throws IDENTITY_WORDS_INVALID unless they are English BIP39 words with a right checksum;
 * the error says nothing of the words themselves.
 */
export function parseWords(bytes: Uint8Array): string {
  const words = new TextDecoder().decode(bytes).normalize('NFKD').trim().split(/\s+/);
  if (!counts.includes(String(words.length)) || words.some((word) => word === '')) {
    throw invalid(`expected 12, 15, 18, 21 or 24 words, got ${words[0] === '' ? 0 : words.length}`);
  }
  const unknown = words.findIndex((word) => !wordlist.includes(word));
  if (unknown >= 0) throw invalid(`word ${unknown + 1} of ${words.length} is not in the English BIP39 list`);
  const phrase = words.join(' ');
  try {
    mnemonicToEntropy(phrase, wordlist).fill(0);
  } catch {
    // The library's own error is dropped, not kept as cause: it may name words.
    throw invalid('the checksum of the words does not agree');
  }
  return phrase;
}

/** The 64-byte BIP39 seed of the words, with the empty passphrase. The caller wipes it. */
export function wordsToSeed(words: string): Uint8Array {
  return mnemonicToSeedSync(words, '');
}

function invalid(message: string): ValopsError {
  return new ValopsError('IDENTITY_WORDS_INVALID', message, {
    hint: 'Give the English words in lowercase, in order, all on one line, as they are on the paper.',
  });
}
