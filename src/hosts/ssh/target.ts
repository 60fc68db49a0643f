/** How a host is reached over SSH, all sources (flags, valops.yaml, ~/.ssh/config) taken together. */
export interface SshTarget {
  /** For messages: as in the inventory, or `user@address:port`. */
  readonly name: string;
  /** Name or address to connect to; IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Private key files in the order to try. */
  readonly keys: {
    readonly files: readonly string[];
    /** The operator asked for exactly this one: it must be there. */
    readonly named: boolean;
    /** Keys which only the agent has are not tried. */
    readonly only: boolean;
  };
  /** `SHA256:…` of the host keys to accept; empty when known_hosts decides. */
  readonly hostKeys: readonly string[];
  /** The host to go through. */
  readonly jump: SshTarget | undefined;
  /** Line that leads to it in a session of the jump host, where that forwards nothing. */
  readonly bridge?: string | undefined;
  /** As OpenSSH's configuration knows it. */
  readonly alias: string;
  /** As known_hosts knows it: `address`, `[address]:port`, or the HostKeyAlias. */
  readonly knownAs: string;
  /** Why only the OpenSSH client can reach it, where that is known beforehand. */
  readonly needsOpenssh: string | undefined;
}
