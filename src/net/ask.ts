import { redirectAddress, withoutQuery } from './address.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Door } from './door.ts';
import { explainFault } from './explain.ts';
import { request, type Dispatcher } from './undici.ts';

/** What a server answered, its body not yet read. */
export interface Answer {
  /** Where it came from after redirects. */
  readonly url: URL;
  readonly status: number;
  /** One header, joined when it came several times. */
  header(name: string): string | undefined;
  /** Throws what the connection meets: for `explainFault`. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection when the body was not read to its end. */
  discard(): void;
}

export interface Question {
  readonly url: URL;
  readonly title: string;
  /** For the origin of `url` only. */
  readonly headers: Readonly<Record<string, string>>;
  /** For every server on the way. */
  readonly own: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const redirects: readonly number[] = [301, 302, 303, 307, 308];

/**
 * Asks for a file and follows redirects. Throws DOWNLOAD_INSECURE, DOWNLOAD_FAILED, DOWNLOAD_TIMEOUT,
 * a Setback where another attempt may help, and the signal's reason.
 */
export async function ask(door: Door, question: Question): Promise<Answer> {
  let { url } = question;
  let headers = question.headers;
  for (let hop = 0; ; hop++) {
    const response = await exchange(door, question, url, headers);
    const header = (name: string): string | undefined => {
      const value = response.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    };
    if (!redirects.includes(response.statusCode)) {
      return {
        url,
        status: response.statusCode,
        header,
        body: response.body as AsyncIterable<Uint8Array>,
        discard: () => void response.body.destroy(),
      };
    }
    if (hop === door.limits.redirects) {
      response.body.destroy();
      throw new ValopsError(
        'DOWNLOAD_FAILED',
        `"${question.title}" was redirected ${hop + 1} times, at last from "${withoutQuery(url)}"`,
        { hint: 'Give the address where the redirects lead to: curl -sIL ADDRESS' },
      );
    }
    const location = header('location');
    await response.body.dump({ limit: 64 * 1024, signal: question.signal }).catch(() => undefined);
    const next = redirectAddress(url, location, door.insecure);
    // once elsewhere, never again: the way back would be the other server's choice
    if (next.origin !== url.origin) headers = {};
    url = next;
  }
}

async function exchange(
  door: Door,
  { title, own, signal }: Question,
  url: URL,
  headers: Readonly<Record<string, string>>,
): Promise<Dispatcher.ResponseData> {
  try {
    const response = await request(url, {
      dispatcher: door.agent,
      headers: {
        ...headers,
        ...own,
        'user-agent': `valops/${door.context.tool.version}`,
        'accept-encoding': 'identity',
      },
      signal,
    });
    // a body that is thrown away reports so, and nobody may be listening any more
    response.body.on('error', () => undefined);
    return response;
  } catch (error) {
    throw explainFault(error, { title, url, proxy: door.proxy });
  }
}
