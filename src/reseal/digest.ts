import type { Context } from '../core/context.ts';
import { type Digest, digestStream } from '../lib/digest.ts';

/** Files up to this size, in bytes, are read at once: most are a few hundred bytes. */
const smallSize = 256 * 1024;

/** The bytes of a file whose size is known. */
export async function* contentOf(context: Context, path: string, size: number): AsyncGenerator<Uint8Array> {
  if (size > smallSize) yield* context.files.stream(path);
  else yield context.files.read(path, smallSize);
}

/** Digest of a file, null when there is none. */
export async function digestOf(context: Context, path: string): Promise<Digest | null> {
  const stat = context.files.stat(path);
  if (stat === null) return null;
  return digestStream(contentOf(context, path, stat.size));
}
