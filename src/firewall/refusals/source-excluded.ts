import { contains, parseIp, parseNetwork } from '../../lib/ip.ts';
import type { RefusalRule } from './refusal-input.ts';

/** The address this login comes from must be a management source. A login without the network has none. */
export const sourceExcluded: RefusalRule = ({ policy, login }) => {
  if (login.from === undefined || policy.management.length === 0) return null;
  const ip = parseIp(login.from.replace(/%.*$/, ''));
  // loopback is let in by the rules' first line
  const networks = [...policy.management, '127.0.0.0/8', '::1/128'].map(parseNetwork);
  if (ip !== null && networks.some((network) => network !== null && contains(network, ip))) return null;
  return {
    rule: 'FIREWALL_SOURCE_EXCLUDED',
    message: `we are connected from "${login.from}", which is in none of the management sources ${policy.management.join(', ')}`,
    hint: `Add ${login.from} to firewall.management in valops.yaml, or connect from one of them.`,
  };
};
