import { ValopsError } from '../lib/errors.ts';

/**
 * The address to ask, if it may be asked: `https:`, or with `insecure` also `http:` at a loopback
 * address. Throws DOWNLOAD_INSECURE, and DOWNLOAD_FAILED for text that is no address.
 */
export function allowedAddress(text: string, insecure: boolean): URL {
  const url = parse(text);
  if (url.username !== '' || url.password !== '') {
    throw new ValopsError('DOWNLOAD_INSECURE', `the address of "${withoutQuery(url)}" holds a user name or password`, {
      hint: 'Take it out of the address; tokens come from a file (tokenFile).',
    });
  }
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') {
    throw new ValopsError('DOWNLOAD_INSECURE', `expected an https address, got "${url.protocol}" in "${text}"`, {
      hint: 'Use an address that begins with https://',
    });
  }
  if (insecure && isLoopback(url.hostname)) return url;
  throw new ValopsError(
    'DOWNLOAD_INSECURE',
    insecure
      ? `"${withoutQuery(url)}" is neither https nor at a loopback address`
      : `expected an https address, got "${withoutQuery(url)}"`,
    { hint: 'Use https: whoever is on the way could read and change what comes over http.' },
  );
}

/**
 * Where a redirect leads, if it may be followed: never from `https:` to `http:`. Throws
 * DOWNLOAD_INSECURE, and DOWNLOAD_FAILED for a redirect to nowhere.
 */
export function redirectAddress(from: URL, location: string | undefined, insecure: boolean): URL {
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new ValopsError('DOWNLOAD_FAILED', `"${withoutQuery(from)}" redirects without saying where to`, {
      hint: 'Open it in a browser to see what it is, and correct the address.',
    });
  }
  const to = new URL(location, from);
  if (from.protocol === 'https:' && to.protocol !== 'https:') {
    throw new ValopsError(
      'DOWNLOAD_INSECURE',
      `"${withoutQuery(from)}" redirects to "${withoutQuery(to)}", which is not https`,
      { hint: 'Use an address that stays on https: what comes over http can be changed on the way.' },
    );
  }
  return allowedAddress(to.href, insecure);
}

/** An address for people and documents, without credentials, query and fragment, which may be secrets. */
export function withoutQuery(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** Addresses only: what "localhost" leads to is for a resolver to say. */
function isLoopback(hostname: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]';
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch (cause) {
    throw new ValopsError('DOWNLOAD_FAILED', `"${text}" is no address`, {
      hint: 'Use an address that begins with https://',
      cause,
    });
  }
}
