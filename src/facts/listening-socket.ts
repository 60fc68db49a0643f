/** A socket that takes connections (TCP) or datagrams from anybody (UDP, not connected). */
export interface ListeningSocket {
  readonly protocol: 'tcp' | 'udp';
  /** Without brackets and scope: `0.0.0.0`, `::`, `127.0.0.1`, `fe80::1`; an IPv4-mapped one as IPv4. */
  readonly address: string;
  readonly port: number;
  /** Interface it is bound to, if any. */
  readonly interface: string | null;
  /** The IPv6 wildcard that takes IPv4 too. */
  readonly dual: boolean;
  /** Names of the processes that hold it, sorted; empty when they were not told. */
  readonly processes: readonly string[];
  /** systemd unit, for example `ssh.service`; null when it was not told. */
  readonly unit: string | null;
}
