import { ValopsError, systemErrorCode } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';
import { certificateFault } from './certificate.ts';
import { Setback } from './setback.ts';

/** What was being fetched, for messages. */
export interface Where {
  readonly title: string;
  readonly url: URL;
  /** Host and port of the proxy that may have been used. */
  readonly proxy: string | undefined;
  /** `fetch` unless given. */
  readonly doing?: 'fetch' | 'reach';
}

/** Faults of a connection that pass, in words. */
const passing: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ECONNABORTED: 'the connection broke',
  ENETUNREACH: 'the network is unreachable',
  EHOSTUNREACH: 'there is no route to it',
  ENETDOWN: 'the network is down',
  EADDRNOTAVAIL: 'this machine has no address to connect from',
  EAI_AGAIN: 'its name cannot be resolved at the moment',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection broke',
  UND_ERR_CLOSED: 'the connection was closed',
};

const slow: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within the time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer within the time',
  UND_ERR_BODY_TIMEOUT: 'the server fell silent',
};

const final: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOTFOUND: ['its name is not known', 'Check the name in the address, and the resolver: getent hosts HOST'],
  EACCES: [
    'this machine does not allow the connection',
    'Check the firewall of this machine for outgoing connections.',
  ],
  EPERM: ['this machine does not allow the connection', 'Check the firewall of this machine for outgoing connections.'],
};

/**
 * What a fault of the connection means. A Setback where another attempt may help; certificates never
 * get better by asking again. What is a ValopsError or Setback already stays as it is.
 */
export function explainFault(error: unknown, where: Where): ValopsError | Setback {
  if (error instanceof ValopsError || error instanceof Setback) return error;
  const code = codeOf(error);
  const { title, url, proxy, doing = 'fetch' } = where;
  const via = proxy === undefined ? '' : ` (proxy "${proxy}", unless no_proxy names the host)`;
  const fail = (reason: string): string =>
    `cannot ${doing} "${title}" ${doing === 'fetch' ? 'from' : 'at'} "${url.host}"${via}: ${reason}`;
  const certificate = certificateFault(error, code, url);
  if (certificate !== undefined) {
    return new ValopsError(certificate.code, fail(certificate.reason), { hint: certificate.hint, cause: error });
  }
  const known = final[code];
  if (known !== undefined) {
    return new ValopsError('DOWNLOAD_FAILED', fail(known[0]), {
      hint: known[1].replace('HOST', url.hostname),
      cause: error,
    });
  }
  const late = slow[code];
  if (late !== undefined) {
    return new Setback(
      new ValopsError('DOWNLOAD_TIMEOUT', fail(late), {
        hint: `Check the way to it: curl -vI ${url.origin}`,
        cause: error,
      }),
    );
  }
  const message = error instanceof Error ? printable(error.message) : String(error);
  const refused = /^Proxy response \((\d+)\)/.exec(message)?.[1];
  if (refused !== undefined && !refused.startsWith('5')) {
    return new ValopsError('DOWNLOAD_FAILED', fail(`the proxy answered with status ${refused}`), {
      hint:
        refused === '407'
          ? 'Give the proxy what it asks for: https_proxy=http://USER:PASSWORD@HOST:PORT'
          : 'Check what the proxy allows.',
      cause: error,
    });
  }
  const reason = refused === undefined ? (passing[code] ?? message) : `the proxy answered with status ${refused}`;
  const failed = new ValopsError('DOWNLOAD_FAILED', fail(reason), {
    hint: `Check the way to it: curl -vI ${url.origin}`,
    cause: error,
  });
  return refused !== undefined || passing[code] !== undefined ? new Setback(failed) : failed;
}

/** Of the error, or of the first one inside it that has one. */
function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = systemErrorCode(at);
    if (code !== undefined) return code;
  }
  return '';
}
