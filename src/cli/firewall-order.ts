import type { Config } from '../config/schema.ts';
import type { FirewallOrder } from '../firewall/plan.ts';
import { ValopsError } from '../lib/errors.ts';
import { read } from './arguments.ts';
import type { Options } from './command.ts';

const backends = ['nftables', 'ufw'] as const;

/**
 * What `valops.yaml` and the options ask of the firewall. Without a policy there is no management
 * source, and a plan is refused. Throws USAGE for a backend that does not exist.
 */
export function firewallOrder({ firewall, ssh }: Config, options: Options): FirewallOrder {
  const given = read(options).text('backend');
  const backend = backends.find((one) => one === given);
  if (given !== undefined && backend === undefined) {
    throw new ValopsError('USAGE', `--backend is "${given}", expected one of: ${backends.join(', ')}`, {
      hint: 'Leave it out to use the one at work on the host.',
    });
  }
  return {
    policy: firewall ?? { management: [], public: [], local: [], egressDeny: [] },
    backend,
    prune: read(options).flag('prune'),
    sshPort: ssh.port,
  };
}
