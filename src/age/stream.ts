import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { ValopsError } from '../lib/errors.ts';
import { Rechunker } from './rechunker.ts';

/** Plaintext bytes of a chunk (C2SP age, payload). */
export const chunkSize = 65_536;
/** Bytes of a chunk's Poly1305 tag. */
export const tagSize = 16;
/** Bytes of the nonce in front of the payload. */
export const nonceSize = 16;

const sealedChunkSize = chunkSize + tagSize;
const chunksPerBlock = 16;
const algorithm = 'chacha20-poly1305';

/** The payload key of a file, from its file key and payload nonce (C2SP age: HKDF-SHA-256, info `payload`). */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

/** STREAM nonce: 11 bytes big-endian chunk counter, one byte that is 1 for the last chunk. */
class ChunkNonce {
  readonly bytes = Buffer.alloc(12);
  #counter = 0;

  /** Moves to the next chunk. */
  advance(): void {
    this.#counter++;
    // Six bytes hold 2^48 chunks (16 EiB); the five above them stay zero.
    this.bytes.writeUIntBE(this.#counter, 5, 6);
  }

  set last(last: boolean) {
    this.bytes[11] = last ? 1 : 0;
  }

  get isFirst(): boolean {
    return this.#counter === 0;
  }
}

/** The buffer, or in place of one that is too small a new one. */
function ofSize(buffer: Buffer, size: number): Buffer {
  return buffer.length >= size ? buffer : Buffer.allocUnsafeSlow(size);
}

/**
 * Seals a payload as chunks of 64 KiB (C2SP age, STREAM with ChaCha20-Poly1305), whatever sizes
 * `source` yields. Yields blocks of about 1 MiB; a block stays as it is until the
 * one after it was taken.
 */
export async function* sealPayload(key: Uint8Array, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const nonce = new ChunkNonce();
  const chunks = new Rechunker(chunkSize);
  // One is filled while the consumer still writes the other. The first holds one chunk only: most files are no larger.
  let [block, other]: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)];
  let blockSize = 0;

  const sealChunk = (plaintext: Uint8Array): void => {
    block = ofSize(block, plaintext.length + tagSize);
    const cipher = createCipheriv(algorithm, key, nonce.bytes, { authTagLength: tagSize });
    block.set(cipher.update(plaintext), blockSize);
    cipher.final();
    block.set(cipher.getAuthTag(), blockSize + plaintext.length);
    blockSize += plaintext.length + tagSize;
    nonce.advance();
  };

  for await (const bytes of source) {
    for (const chunk of chunks.push(bytes)) {
      sealChunk(chunk);
      if (blockSize < block.length) continue;
      yield block;
      [block, other] = [ofSize(other, chunksPerBlock * sealedChunkSize), block];
      blockSize = 0;
    }
  }
  nonce.last = true;
  sealChunk(chunks.last);
  chunks.wipe();
  yield block.subarray(0, blockSize);
}

function damaged(what: string): ValopsError {
  return new ValopsError('AGE_PAYLOAD_INVALID', `the payload is ${what}`, {
    hint: 'Fetch the file again from where it was sealed, and compare its checksum with the original.',
  });
}

/**
 * Opens a payload. Yields only plaintext whose chunk was authenticated in its place, in blocks of
 * about 1 MiB; a block stays as it is until the one after it was taken. Throws AGE_PAYLOAD_INVALID.
 */
export async function* openPayload(key: Uint8Array, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const nonce = new ChunkNonce();
  const chunks = new Rechunker(sealedChunkSize);
  let [block, other]: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)];
  let blockSize = 0;

  const openChunk = (sealed: Uint8Array, last: boolean): boolean => {
    const size = sealed.length - tagSize;
    nonce.last = last;
    const decipher = createDecipheriv(algorithm, key, nonce.bytes, { authTagLength: tagSize });
    decipher.setAuthTag(sealed.subarray(size));
    const plaintext = decipher.update(sealed.subarray(0, size));
    try {
      decipher.final();
    } catch {
      plaintext.fill(0);
      return false;
    }
    block = ofSize(block, size);
    block.set(plaintext, blockSize);
    blockSize += size;
    nonce.advance();
    return true;
  };

  // A chunk that is authentic as the other of last and not last is still given out: it tells
  // a truncated or extended file from a damaged one.
  const openMiddleChunk = (sealed: Uint8Array): ValopsError | undefined => {
    if (openChunk(sealed, false)) return undefined;
    return openChunk(sealed, true) ? damaged('extended: data follows its last chunk') : damaged(changed);
  };
  const openLastChunk = (sealed: Uint8Array): ValopsError | undefined => {
    if (sealed.length < tagSize) return damaged('truncated');
    if (sealed.length === tagSize && !nonce.isFirst) return damaged('malformed: its last chunk is empty');
    if (openChunk(sealed, true)) return undefined;
    return sealed.length === sealedChunkSize && openChunk(sealed, false) ? damaged('truncated') : damaged(changed);
  };

  let problem: ValopsError | undefined;
  for await (const bytes of source) {
    for (const chunk of chunks.push(bytes)) {
      problem = openMiddleChunk(chunk);
      if (problem !== undefined) break;
      if (blockSize < block.length) continue;
      yield block;
      [block, other] = [ofSize(other, chunksPerBlock * chunkSize), block];
      blockSize = 0;
    }
    if (problem !== undefined) break;
  }
  problem ??= openLastChunk(chunks.last);
  if (blockSize > 0) yield block.subarray(0, blockSize);
  if (problem !== undefined) throw problem;
}

const changed = 'damaged: a chunk was changed, moved or cut short';
