import { Decrypter, Encrypter } from 'age-encryption';
import type { Stanza } from 'age-encryption';
import { ValopsError } from '../lib/errors.ts';

const intro = 'age-encryption.org/v1\n';
// The same bounds as age 1.3: no honest file comes near them, and they bound memory.
const headerLimit = 2 * 1024 * 1024;
const stanzaLimit = 1024;

function invalid(problem: string, cause?: unknown): ValopsError {
  return new ValopsError('AGE_HEADER_INVALID', problem, {
    hint: 'Check that this is the sealed file, whole and unchanged.',
    cause,
  });
}

/** An age file cut in two: the header with its MAC line, and the payload that follows it. */
export interface SplitFile {
  readonly header: Uint8Array;
  readonly payload: AsyncGenerator<Uint8Array>;
}

/**
 * Reads just far enough to find the end of the header (C2SP age, the line that starts with
 * `---`). The header is not judged beyond its first line and its size. Throws AGE_HEADER_INVALID.
 */
export async function splitHeader(source: AsyncIterable<Uint8Array>): Promise<SplitFile> {
  const iterator = source[Symbol.asyncIterator]();
  let bytes = Buffer.alloc(0);
  let lineStart = 0;
  let searched = 0;
  let stanzas = 0;
  try {
    for (;;) {
      for (let end; (end = bytes.indexOf(10, searched)) !== -1; lineStart = searched = end + 1) {
        const mark = bytes.toString('latin1', lineStart, Math.min(lineStart + 3, end));
        if (mark === '-> ' && ++stanzas > stanzaLimit) throw invalid(`the header has more than ${stanzaLimit} stanzas`);
        if (mark === '---') {
          if (end + 1 > headerLimit) throw invalid('the header is larger than 2 MiB');
          const closing = bytes.toString('latin1', lineStart, end);
          if (!/^--- [A-Za-z0-9+/]{43}$/.test(closing)) throw invalid('the closing line of the header is malformed');
          const payload = resume(bytes.subarray(end + 1), iterator);
          // A generator that was never asked for anything would not close the source when it is ended.
          await payload.next();
          return { header: bytes.subarray(0, end + 1), payload };
        }
      }
      searched = bytes.length;
      if (bytes.length > headerLimit) throw invalid('the header is larger than 2 MiB');
      const next = await iterator.next();
      if (next.done === true)
        throw invalid(bytes.length === 0 ? 'the file is empty' : 'the file ends inside its header');
      bytes = Buffer.concat([bytes, next.value]);
      const start = bytes.toString('latin1', 0, intro.length);
      if (!intro.startsWith(start)) throw invalid('this is not an age file');
    }
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
}

async function* resume(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first.subarray(0, 0);
    if (first.length > 0) yield first;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/**
 * Builds a header: asks `wrap` for the stanzas of a new file key. Whatever `wrap` throws passes
 * through.
 */
export async function buildHeader(
  wrap: (fileKey: Uint8Array) => Promise<readonly Stanza[]>,
): Promise<{ readonly header: Uint8Array; readonly fileKey: Uint8Array }> {
  const encrypter = new Encrypter();
  let captured: Uint8Array | undefined;
  encrypter.addRecipient({
    wrapFileKey: async (fileKey) => {
      captured = fileKey.slice();
      return [...(await wrap(fileKey))];
    },
  });
  const emptyFile = await encrypter.encrypt(new Uint8Array(0));
  if (captured === undefined) throw new Error('age-encryption did not ask for stanzas');
  // An empty payload is a nonce and a tag, 16 bytes each; only the header before them is wanted.
  return { header: emptyFile.subarray(0, emptyFile.length - 32), fileKey: captured };
}

/**
 * Parses a header strictly and verifies its MAC with the file key that `unwrap` finds in the
 * stanzas. What `unwrap` throws as a ValopsError passes through. Throws AGE_HEADER_INVALID.
 */
export async function openHeader(
  header: Uint8Array,
  unwrap: (stanzas: readonly Stanza[]) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  let found = false;
  decrypter.addIdentity({
    unwrapFileKey: async (stanzas: readonly Stanza[]) => {
      if (stanzas.length === 0) throw new Error('no stanzas');
      const fileKey = await unwrap(stanzas);
      found = true;
      return fileKey;
    },
  });
  try {
    return await decrypter.decryptHeader(header);
  } catch (cause) {
    if (cause instanceof ValopsError) throw cause;
    throw invalid(found ? 'the header was changed: its MAC does not match' : 'the header is malformed', cause);
  }
}

/** The stanzas of a header, without a key and so without a check of the MAC. Throws AGE_HEADER_INVALID. */
export async function readStanzas(header: Uint8Array): Promise<readonly Stanza[]> {
  let found: readonly Stanza[] = [];
  const decrypter = new Decrypter();
  decrypter.addIdentity({
    unwrapFileKey: (stanzas: readonly Stanza[]) => {
      found = stanzas;
      return null;
    },
  });
  try {
    await decrypter.decryptHeader(header);
  } catch (cause) {
    // No identity ever matches here; only a header that could not be parsed yields no stanzas.
    if (found.length === 0) throw invalid('the header is malformed', cause);
  }
  return found;
}
