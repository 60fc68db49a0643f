import { ValopsError } from '../lib/errors.ts';
import { withoutQuery } from './address.ts';
import type { Answer } from './ask.ts';
import { explainFault } from './explain.ts';
import { Setback } from './setback.ts';
import type { Watch } from './watch.ts';
import { headLength, refuseWebPage } from './web-page.ts';

/** What is known before the body comes. Sizes in bytes. */
export interface Expectation {
  readonly title: string;
  /** As asked for, before redirects. */
  readonly url: URL;
  readonly limit: number;
  readonly size: number | undefined;
  /** Bytes held already, after which this body goes on. */
  readonly held: number;
  readonly proxy: string | undefined;
}

/**
 * The size of the whole file as the answer announces it, in bytes; undefined when it comes in chunks.
 * Throws DOWNLOAD_TOO_LARGE, DOWNLOAD_MISMATCH for another size than expected, DOWNLOAD_NOT_ARTIFACT for
 * a web page of another size, and DOWNLOAD_FAILED for an encoding that was not asked for or a body whose end could not be told from a cut.
 */
export function announcedSize(answer: Answer, { title, url, limit, size, held }: Expectation): number | undefined {
  const encoding = answer.header('content-encoding')?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity') {
    throw new ValopsError(
      'DOWNLOAD_FAILED',
      `"${withoutQuery(answer.url)}" answered with the encoding "${encoding}", though the plain bytes were asked for`,
      { hint: 'Use another address of the file: what a server packs on the way cannot be compared with its digest.' },
    );
  }
  const length = answer.header('content-length')?.trim();
  if (length === undefined || !/^\d{1,15}$/.test(length)) {
    if (size === undefined && !/\bchunked\b/i.test(answer.header('transfer-encoding') ?? '')) {
      throw new ValopsError('DOWNLOAD_FAILED', `"${withoutQuery(answer.url)}" does not say how long "${title}" is`, {
        hint: 'Use another server for it: from this one, half a file would look like a whole one.',
      });
    }
    return undefined;
  }
  const total = held + Number(length);
  // the page says more than its size does: a portal, a login, a server under repair
  if (total > limit || (size !== undefined && total !== size)) {
    refuseWebPage(title, url, { type: answer.header('content-type'), head: new Uint8Array(), from: answer.url });
  }
  if (total > limit) throw tooLarge(title, `${total} bytes`, limit);
  if (size !== undefined && total !== size) {
    throw new ValopsError('DOWNLOAD_MISMATCH', `expected ${size} bytes of "${title}", the server has ${total}`, {
      hint: 'Do not use this file: ask its publisher why it has changed, and pin it again only then.',
    });
  }
  return total;
}

/**
 * The body in pieces as they come, the first one long enough to see that it is no web page. A piece
 * holds until the next one is asked for. Throws DOWNLOAD_NOT_ARTIFACT, DOWNLOAD_TOO_LARGE before the
 * piece that is too much, and a Setback for a body that breaks off or is shorter than announced.
 */
export async function* readBody(
  answer: Answer,
  watch: Watch,
  total: number | undefined,
  expectation: Expectation,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { title, limit, size, held } = expectation;
  const type = answer.header('content-type');
  let head: Uint8Array | undefined = held === 0 ? new Uint8Array() : undefined;
  let done = held;
  const checked = (bytes: Uint8Array): Uint8Array => {
    refuseWebPage(title, expectation.url, { type, head: bytes, from: answer.url });
    return bytes;
  };
  try {
    for await (const piece of answer.body) {
      watch.took(piece.length);
      done += piece.length;
      if (done > Math.min(limit, size ?? limit)) throw tooLarge(title, 'more', Math.min(limit, size ?? limit));
      if (head === undefined) yield piece;
      else {
        head = Buffer.concat([head, piece]);
        if (head.length < headLength) continue;
        yield checked(head);
        head = undefined;
      }
    }
  } catch (error) {
    const fault = explainFault(error, { title, url: answer.url, proxy: expectation.proxy });
    throw fault instanceof Setback && fault.error.code === 'DOWNLOAD_FAILED' && total !== undefined
      ? short(title, done, total, error)
      : fault;
  } finally {
    answer.discard();
  }
  if (head !== undefined && head.length > 0) yield checked(head);
  const wanted = total ?? size;
  if (wanted !== undefined && done < wanted) throw short(title, done, wanted);
}

function short(title: string, done: number, total: number, cause?: unknown): Setback {
  return new Setback(
    new ValopsError('DOWNLOAD_SHORT', `"${title}" broke off after ${done} of ${total} bytes`, {
      hint: 'Run it again: what has come so far is kept where the server allows to go on.',
      cause,
    }),
  );
}

function tooLarge(title: string, size: string, limit: number): ValopsError {
  return new ValopsError(
    'DOWNLOAD_TOO_LARGE',
    `expected at most ${limit} bytes of "${title}", the server sends ${size}`,
    {
      hint: 'Check that it is the file meant; do not use what came.',
    },
  );
}
