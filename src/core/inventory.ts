/** One host of `valops.yaml`: how it is reached. */
export interface HostEntry {
  /** Name or address; IPv6 without brackets. */
  readonly address: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** Private key file; a leading `~/` means the home directory. */
  readonly key?: string | undefined;
  /** `SHA256:…` of the only host keys to accept. */
  readonly hostKey?: readonly string[] | undefined;
  /** Name of another host, or `user@address[:port]`, to go through. */
  readonly jump?: string | undefined;
  readonly groups?: readonly string[] | undefined;
}

/** The hosts of `valops.yaml` by name. */
export type Inventory = Readonly<Record<string, HostEntry>>;
