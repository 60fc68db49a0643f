/** One rule as ufw keeps it: the fields of a `### tuple ###` comment in user.rules and user6.rules. */
export interface UfwRule {
  /** `allow`, `deny`, `reject` or `limit`, with `_log` or `_log-all` behind it where it logs. */
  readonly action: string;
  /** Of routed traffic instead of traffic to this host. */
  readonly route: boolean;
  /** `any`, `tcp`, `udp`, `esp` … */
  readonly protocol: string;
  /** `any`, `22`, `8000:8010`, `80,443`. */
  readonly toPort: string;
  /** Address or network; `0.0.0.0/0` or `::/0` for any. */
  readonly to: string;
  readonly fromPort: string;
  readonly from: string;
  /** `in`, `out`, `in_eth0`, `out_eth0`; of a route both, with `!` between: `in_eth0!out_eth1`. */
  readonly direction: string;
  readonly comment: string;
}

/** Reads the tuples of user.rules or user6.rules, in their order (ufw's backend_iptables.py writes them). */
export function readUfwRules(text: string): readonly UfwRule[] {
  return [...text.matchAll(/^### tuple ### (.+)$/gm)].map(([, tuple]) => readTuple(tuple ?? ''));
}

function readTuple(tuple: string): UfwRule {
  const [fields = '', comment = ''] = tuple.split(/ comment=([0-9a-f]+)$/);
  const [action = '', protocol = '', toPort = '', to = '', fromPort = '', from = '', ...rest] = fields.split(' ');
  const direction = rest.at(-1);
  if (direction === undefined) throw new Error(`ufw keeps a rule that is not understood: "${tuple}"`);
  return {
    action: action.replace(/^route:/, ''),
    route: action.startsWith('route:'),
    protocol,
    toPort,
    to,
    fromPort,
    from,
    direction,
    comment: Buffer.from(comment, 'hex').toString('utf8'),
  };
}
