/** One port that the firewall knows by a service. */
export interface DeclaredPort {
  readonly port: number;
  readonly proto: 'tcp' | 'udp';
  /** What it is for, in one word; shown beside its rules. */
  readonly name?: string | undefined;
}

/** The member `firewall` of `valops.yaml`: who may reach what. */
export interface FirewallPolicy {
  readonly backend?: 'nftables' | 'ufw' | undefined;
  /** Networks from which SSH is reached, in CIDR form. */
  readonly management: readonly string[];
  /** Ports that anybody may reach. */
  readonly public: readonly DeclaredPort[];
  /** Ports that only this host itself may reach: RPC, metrics. */
  readonly local: readonly DeclaredPort[];
  /** Networks to which this host opens no connection, in CIDR form. */
  readonly egressDeny: readonly string[];
}

/** A port as it is shown: `9002/tcp rpc`. */
export function describePort({ port, proto, name }: DeclaredPort): string {
  return `${port}/${proto}${name === undefined ? '' : ` ${name}`}`;
}
