import { createHash, type Hash } from 'node:crypto';
import type { Context } from '../core/context.ts';
import type { Digest } from './record.ts';

/** Files up to this size, in bytes, are read at once: most are a few hundred bytes. */
const smallSize = 256 * 1024;

/** The bytes of a file whose size is known. */
export async function* contentOf(context: Context, path: string, size: number): AsyncGenerator<Uint8Array> {
  if (size > smallSize) yield* context.files.stream(path);
  else yield context.files.read(path, smallSize);
}

/** Passes chunks through a hash, and counts them. */
export class Tap {
  readonly #hash: Hash = createHash('sha256');
  #size = 0;

  async *through(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#hash.update(chunk);
      this.#size += chunk.length;
      yield chunk;
    }
  }

  /** Of all that went through; once. */
  digest(): Digest {
    return { sha256: this.#hash.digest('hex'), size: this.#size };
  }
}

/** Digest of a file, null when there is none. */
export async function digestOf(context: Context, path: string): Promise<Digest | null> {
  const stat = context.files.stat(path);
  if (stat === null) return null;
  const tap = new Tap();
  await drain(tap.through(contentOf(context, path, stat.size)));
  return tap.digest();
}

/** Takes all chunks. */
export async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks);
}

/** Digest of bytes in memory. */
export function digestOfBytes(bytes: Uint8Array): Digest {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
}
