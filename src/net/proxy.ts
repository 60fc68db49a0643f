import { ValopsError } from '../lib/errors.ts';

/** The proxy for https addresses, and the hosts which are reached without it. */
export interface ProxySettings {
  /** `http://…` or `https://…`, perhaps with credentials; empty for none. */
  readonly url: string;
  /** As in `no_proxy`. */
  readonly except: string;
  /** For messages: host and port, without credentials. */
  readonly name: string | undefined;
}

/**
 * Reads `https_proxy` and `no_proxy`, the lowercase name first, as curl(1) does. `http_proxy` has no
 * say: `http:` is for loopback only, which no proxy could reach. Throws CONFIG_ENVIRONMENT.
 */
export function proxySettings(environment: Readonly<Record<string, string | undefined>>): ProxySettings {
  const given = (environment['https_proxy'] ?? environment['HTTPS_PROXY'] ?? '').trim();
  const except = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
  if (given === '') return { url: '', except, name: undefined };
  const text = given.includes('://') ? given : `http://${given}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ValopsError('CONFIG_ENVIRONMENT', 'the variable https_proxy holds no address of an HTTP proxy', {
      hint: 'Set it as https_proxy=http://HOST:PORT, or unset it.',
    });
  }
  return { url: url.href, except, name: url.host };
}
