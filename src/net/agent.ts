import type { Limits } from './limits.ts';
import type { ProxySettings } from './proxy.ts';
import { EnvHttpProxyAgent, Pool, type Dispatcher } from './undici.ts';

/** Connects to hosts, by the proxy where one is set, and checks their certificates whatever the environment says. */
export function createAgent(limits: Limits, proxy: ProxySettings, roots: readonly string[] | undefined): Dispatcher {
  const connect = {
    timeout: limits.connect,
    // not left to NODE_TLS_REJECT_UNAUTHORIZED
    rejectUnauthorized: true,
    ...(roots === undefined ? {} : { ca: [...roots] }),
  };
  const times = { headersTimeout: limits.response, bodyTimeout: limits.silence };
  return new EnvHttpProxyAgent({
    ...times,
    connect,
    requestTls: connect,
    proxyTls: connect,
    // given even when empty: undici would look into the environment of the process itself
    httpProxy: '',
    httpsProxy: proxy.url,
    noProxy: proxy.except,
    clientFactory: (origin, options) => new Pool(origin, { ...options, ...times }),
  });
}
