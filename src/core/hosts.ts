import type { Host } from './host.ts';

/** The hosts a command may work on. */
export interface Hosts {
  /**
   * The hosts meant by the values of `--host`, each once, in order: a group stands for its
   * members. Without values it is this machine, `undefined`. Throws USAGE for a value that is
   * neither in the inventory nor `user@address[:port]`.
   */
  select(given: readonly string[]): readonly (string | undefined)[];
  /** How documents call the host: as given, or `this machine`. */
  nameOf(name: string | undefined): string;
  /**
   * Where a name leads: `user@address:port`, all sources taken together; null for this machine. Nothing
   * is connected. Throws USAGE as `connect` does.
   */
  addressOf(name: string | undefined): Promise<string | null>;
  /** Connects. Throws what `Host` throws, and USAGE as `select` does. */
  connect(name: string | undefined): Promise<Host>;
}
