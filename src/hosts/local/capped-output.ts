import type { Readable } from 'node:stream';
import { Secret } from '../../lib/secret.ts';

/** Bytes kept of each output stream of a child. */
const cap = 1024 * 1024;

/**
 * Collects the first MiB of a stream and drains the rest. Every chunk is cleared once it was
 * copied, so that the Secret holds the only copy this process made.
 */
export function collectOutput(stream: Readable): () => Secret {
  const parts: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    const kept = Buffer.alloc(Math.min(chunk.length, cap - length));
    chunk.copy(kept, 0, 0, kept.length);
    chunk.fill(0);
    length += kept.length;
    if (kept.length > 0) parts.push(kept);
  });
  // How the child ended tells more than a broken pipe would.
  stream.on('error', () => undefined);
  return () => {
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
      part.fill(0);
    }
    return new Secret(whole);
  };
}
