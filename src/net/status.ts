import { ValopsError } from '../lib/errors.ts';
import { withoutQuery } from './address.ts';
import type { Answer } from './ask.ts';
import type { Limits } from './limits.ts';
import { Setback } from './setback.ts';

/** RFC 9110 section 15 and RFC 6585; the others are told by number. */
const names: Readonly<Record<number, string>> = {
  400: 'bad request',
  401: 'not authorised',
  403: 'forbidden',
  404: 'not found',
  408: 'the server waited too long',
  410: 'gone',
  416: 'no such range',
  425: 'too early',
  429: 'too many requests',
  500: 'internal error',
  502: 'bad gateway',
  503: 'not available',
  504: 'the gateway waited too long',
};

const hints: Readonly<Record<number, string>> = {
  401: 'Check the token (tokenFile), and that it has not expired.',
  403: 'Check that the token (tokenFile) may read this, or that the address is public.',
  404: 'Check the version and the address of the source in valops.yaml.',
  410: 'The publisher has removed it: pin another version.',
};

/**
 * What a status means that brings no file: a Setback for 408, 425, 429 and 5xx unless the server asks
 * for a longer wait than is allowed, DOWNLOAD_FAILED for the rest.
 */
export function statusFault(answer: Answer, title: string, now: Date, limits: Limits): ValopsError | Setback {
  const { status, url } = answer;
  const words = names[status];
  const said = `the server answered ${status}${words === undefined ? '' : ` (${words})`}`;
  const wait = waitOf(answer, now);
  const limited = answer.header('x-ratelimit-remaining') === '0' && [403, 429].includes(status);
  if (wait !== undefined && wait > limits.longestWait) {
    const until = new Date(now.getTime() + wait).toISOString().replace(/\.\d+Z$/, 'Z');
    return new ValopsError(
      'DOWNLOAD_FAILED',
      `cannot fetch "${title}" from "${withoutQuery(url)}": ` +
        (limited
          ? `the rate limit of the server is used up until ${until}`
          : `${said} and asks to wait until ${until}`),
      {
        hint: limited
          ? 'Wait until then, or declare a token (tokenFile), which has a limit of its own.'
          : 'Try again then.',
      },
    );
  }
  const error = new ValopsError('DOWNLOAD_FAILED', `cannot fetch "${title}" from "${withoutQuery(url)}": ${said}`, {
    hint: hints[status] ?? `See what it answers: curl -I ${withoutQuery(url)}`,
  });
  const passes = [408, 425, 429].includes(status) || status >= 500 || (limited && wait !== undefined);
  return passes ? new Setback(error, wait) : error;
}

/** Milliseconds: `Retry-After` (RFC 9110 section 10.2.3), or the reset time of a used-up rate limit. */
function waitOf(answer: Answer, now: Date): number | undefined {
  const after = answer.header('retry-after')?.trim();
  if (after !== undefined) {
    if (/^\d{1,9}$/.test(after)) return Number(after) * 1000;
    const date = Date.parse(after);
    if (!Number.isNaN(date)) return Math.max(0, date - now.getTime());
  }
  const reset = answer.header('x-ratelimit-reset');
  if (answer.header('x-ratelimit-remaining') !== '0' || reset === undefined || !/^\d{1,12}$/.test(reset))
    return undefined;
  return Math.max(0, Number(reset) * 1000 - now.getTime());
}
