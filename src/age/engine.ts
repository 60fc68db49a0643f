import { randomBytes } from 'node:crypto';
import type { Stanza } from 'age-encryption';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { armor } from './armor.ts';
import { dearmor } from './dearmor.ts';
import { buildHeader, openHeader, splitHeader } from './header.ts';
import type { Identity } from './identity.ts';
import { unwrapWithAny } from './match.ts';
import type { Recipient } from './recipient.ts';
import { nonceSize, openPayload, payloadKey, sealPayload } from './stream.ts';

export interface SealOptions {
  /** Whether to write the ASCII armor (C2SP age). */
  readonly armor?: boolean;
}

/**
 * Seals `source` to all `recipients`. The header is finished before `source` is read, so what a
 * recipient throws comes before any output. A block it yields stays as it is until the block after
 * it was taken, so that one can be written while the next is made. Throws AGE_RECIPIENTS_MIXED, AGE_PLUGIN_MISSING,
 * AGE_PLUGIN_FAILED, and what `source` throws.
 */
export async function* seal(
  source: AsyncIterable<Uint8Array>,
  recipients: readonly Recipient[],
  options: SealOptions = {},
): AsyncGenerator<Uint8Array> {
  const sealed = sealBinary(source, recipients);
  yield* options.armor === true ? armor(sealed) : sealed;
}

async function* sealBinary(
  source: AsyncIterable<Uint8Array>,
  recipients: readonly Recipient[],
): AsyncGenerator<Uint8Array> {
  const { header, fileKey } = await buildHeader((key) => wrapForAll(key, recipients));
  const nonce = randomBytes(nonceSize);
  const key = payloadKey(fileKey, nonce);
  fileKey.fill(0);
  yield Buffer.concat([header, nonce]);
  yield* sealPayload(key, source);
}

async function wrapForAll(fileKey: Uint8Array, recipients: readonly Recipient[]): Promise<readonly Stanza[]> {
  if (recipients.length === 0)
    throw new ValopsError('USAGE', 'no recipients to seal to', { hint: 'Name one with -r, -R, -i or -p.' });
  if (recipients.length > 1 && recipients.some((recipient) => recipient.type === 'scrypt')) {
    throw new ValopsError('AGE_RECIPIENTS_MIXED', 'a passphrase cannot be combined with other recipients', {
      hint: 'Seal to the passphrase alone, or to recipients alone.',
    });
  }
  const stanzas: Stanza[] = [];
  let expected: string | undefined;
  for (const recipient of recipients) {
    stanzas.push(...(await recipient.wrapFileKey(fileKey)));
    // After wrapping: a plugin tells its labels only then.
    const labels = [...new Set(recipient.labels)].sort().join(' ');
    if (labels !== (expected ??= labels)) {
      throw new ValopsError(
        'AGE_RECIPIENTS_MIXED',
        `recipients of different strength in one file: "${recipient.type}" cannot be combined with the ones before it`,
        { hint: 'Use post-quantum recipients (age1pq1…) for everyone, or for no one.' },
      );
    }
  }
  return stanzas;
}

/**
 * Opens a sealed file, armored or not, with the first of `identities` that fits. Yields only
 * authenticated plaintext, in order and in blocks that last as those of `seal`; when it throws, what came before was a true beginning of
 * the file but the file as a whole is not to be trusted. Throws AGE_HEADER_INVALID,
 * AGE_PAYLOAD_INVALID, AGE_NO_IDENTITY_MATCH, and what an identity or `source` throws.
 */
export async function* open(
  source: AsyncIterable<Uint8Array>,
  identities: readonly Identity[],
): AsyncGenerator<Uint8Array> {
  const { header, payload } = await splitHeader((await dearmor(source)).bytes);
  try {
    const fileKey = await openHeader(header, (stanzas) => unwrapWithAny(stanzas, identities));
    const nonce = Buffer.alloc(nonceSize);
    const rest = await takeNonce(payload, nonce);
    const key = payloadKey(fileKey, nonce);
    fileKey.fill(0);
    yield* openPayload(key, resumeWith(rest, payload));
  } finally {
    await payload.return(undefined);
  }
}

async function takeNonce(payload: AsyncGenerator<Uint8Array>, nonce: Uint8Array): Promise<Uint8Array> {
  let filled = 0;
  while (filled < nonceSize) {
    const next = await payload.next();
    if (next.done === true) {
      throw new ValopsError('AGE_HEADER_INVALID', 'the file ends right after its header', {
        hint: 'Fetch the file again: it was cut short.',
      });
    }
    const taken = next.value.subarray(0, nonceSize - filled);
    nonce.set(taken, filled);
    filled += taken.length;
    if (filled === nonceSize) return next.value.subarray(taken.length);
  }
  return new Uint8Array(0);
}

async function* resumeWith(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* rest;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** `seal` for bytes that are in memory. */
export async function sealBytes(
  plaintext: Uint8Array,
  recipients: readonly Recipient[],
  options: SealOptions = {},
): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const block of seal(once(plaintext), recipients, options)) blocks.push(Uint8Array.from(block));
  return Buffer.concat(blocks);
}

/** `open` for bytes that are in memory. Nothing is returned unless the whole file is authentic. */
export async function openBytes(sealed: Uint8Array, identities: readonly Identity[]): Promise<Secret> {
  const blocks: Uint8Array[] = [];
  try {
    for await (const block of open(once(sealed), identities)) blocks.push(Uint8Array.from(block));
    return new Secret(Uint8Array.from(Buffer.concat(blocks)));
  } finally {
    for (const block of blocks) block.fill(0);
  }
}
