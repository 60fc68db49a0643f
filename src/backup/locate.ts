import { open } from '../age/engine.ts';
import type { Identity } from '../age/identity.ts';
import { inspect } from '../age/inspect.ts';
import { chunkSize, nonceSize, tagSize } from '../age/stream.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { manifestName } from './manifest-file.ts';
import { readBackup } from './read-backup.ts';

/**
 * Where the first byte is that differs from a good copy of the same backup, in words: needs no key.
 * Undefined when they do not differ, or one of them cannot be read.
 */
export async function locateAgainst(context: Context, path: string, good: string): Promise<string | undefined> {
  try {
    const offset = await firstDifference(context, path, good);
    if (offset === undefined) return undefined;
    const { headerSize, payloadSize } = await inspect(context.files.stream(good));
    if (offset < headerSize) return `header, byte ${offset}`;
    const chunk = Math.floor(Math.max(0, offset - headerSize - nonceSize) / (chunkSize + tagSize)) + 1;
    const chunks = Math.ceil((payloadSize - nonceSize) / (chunkSize + tagSize));
    return `payload chunk ${Math.min(chunk, chunks)} of ${chunks}, byte ${offset}`;
  } catch (error) {
    if (error instanceof ValopsError) return undefined;
    throw error;
  }
}

/**
 * Where a backup stops being authentic, in words: the chunk of the payload and the member it belongs
 * to, as far as it opens; undefined when all of it is. Reads it once more with a key that opens it.
 */
export async function locateWithKey(
  context: Context,
  path: string,
  identities: readonly Identity[],
): Promise<string | undefined> {
  let opened = 0;
  let member: string | undefined;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const block of open(context.files.stream(path), identities)) {
      opened += block.length;
      yield block;
    }
  };
  try {
    await readBackup(counted(), {
      manifest: () => void (member = manifestName),
      member: async ({ path: name }, content) => {
        member = name;
        for await (const piece of content) void piece;
      },
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    if (error.code === 'AGE_HEADER_INVALID' || error.code === 'AGE_NO_IDENTITY_MATCH') return 'header';
    if (error.code !== 'AGE_PAYLOAD_INVALID') return member === undefined ? 'archive' : `member "${member}"`;
  }
  const chunk = `payload chunk ${Math.floor(opened / chunkSize) + 1}`;
  return member === undefined ? chunk : `${chunk}, at or after member "${member}"`;
}

async function firstDifference(context: Context, a: string, b: string): Promise<number | undefined> {
  const other = context.files.stream(b)[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let offset = 0;
  try {
    for await (const chunk of context.files.stream(a)) {
      for (let at = 0; at < chunk.length;) {
        if (rest.length === 0) {
          const next = await other.next();
          if (next.done === true) return offset;
          rest = next.value;
        }
        const size = Math.min(rest.length, chunk.length - at);
        const [mine, theirs] = [chunk.subarray(at, at + size), rest.subarray(0, size)];
        if (!Buffer.from(mine.buffer, mine.byteOffset, size).equals(theirs)) {
          return offset + mine.findIndex((byte, index) => byte !== theirs[index]);
        }
        rest = rest.subarray(size);
        at += size;
        offset += size;
      }
    }
    return rest.length > 0 || (await other.next()).done !== true ? offset : undefined;
  } finally {
    await other.return?.();
  }
}
