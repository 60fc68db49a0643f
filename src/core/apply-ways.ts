import type { Host } from './host.ts';

/** A way to a host: does `work` over a connection, and throws HOST_* where it leads nowhere. */
export type Way = <T>(work: (host: Host) => Promise<T>) => Promise<T>;

/**
 * A new login, closed afterwards; at `port` where that is another than the one we were told. Where there
 * is nothing to connect to (`reconnect` is null), the host itself.
 */
export function newLogin(host: Host, port?: number): Way {
  return async (work) => {
    const connecting = host.reconnect(port === undefined ? undefined : { port });
    if (connecting === null) return work(host);
    const fresh = await connecting;
    try {
      return await work(fresh);
    } finally {
      await fresh.close();
    }
  };
}

/**
 * Every way to ask a host what became of it: a new login as before, new logins at the ports where sshd
 * served before, and the connection that is still there. Only the first proves that one can log in; for
 * what is true on the host, each will do.
 */
export function waysToAsk(host: Host, ports: readonly number[]): readonly Way[] {
  return [newLogin(host), ...ports.map((port) => newLogin(host, port)), (work) => work(host)];
}
