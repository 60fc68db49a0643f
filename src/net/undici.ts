/** The door to undici. Not to be mixed with the `fetch` that Node brings along: that is another copy of it. */
export { EnvHttpProxyAgent, Pool, request } from 'undici';
export type { Dispatcher } from 'undici';
