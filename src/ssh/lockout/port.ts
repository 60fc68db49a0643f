import type { Ufw } from '../../facts/firewall/ufw.ts';
import type { UfwRule } from '../../facts/ufw-rules.ts';
import { isPortOpenInNft } from './nft-port.ts';
import type { LockoutCase, LockoutRule } from './rule.ts';

/** A port that is new must be let through by the firewall, for IPv4 and IPv6, before sshd moves to it. */
export const port: LockoutRule = {
  id: 'LOCKOUT_PORT_CLOSED',
  title: 'sshd would listen on a port that the firewall does not let through',
  judge({ state, ports }) {
    const { to } = state.login;
    if (ports === null) return null;
    if (to !== undefined && !ports.includes(to.port)) {
      return { message: `sshd would no longer listen on port ${to.port} of this login`, hint: 'Keep it in ssh.port.' };
    }
    const present = (state.effective['port'] ?? []).map(Number);
    const closed = ports.filter((one) => one !== to?.port && !present.includes(one) && !isOpen(one, state));
    if (closed.length === 0) return null;
    return {
      message: `the firewall is not known to let port ${closed.join(', ')} through, by IPv4 and IPv6`,
      hint: `Open it first, for example: ufw allow ${closed[0]}/tcp`,
    };
  },
};

function isOpen(one: number, { ufw, nft }: LockoutCase['state']): boolean {
  if (!ufw.known || !nft.known) return false;
  if (ufw.value?.active === true) return isOpenInUfw(one, ufw.value);
  return nft.value === null || isPortOpenInNft(one, nft.value.objects);
}

function isOpenInUfw(one: number, ufw: Ufw): boolean {
  const decided = (rules: readonly UfwRule[]): boolean => {
    const rule = rules.find((each) => concerns(each, one));
    return rule === undefined ? ufw.defaults.input === 'accept' : /^(allow|limit)/.test(rule.action);
  };
  return decided(ufw.rules) && (!ufw.ipv6 || decided(ufw.rules6));
}

/** Rules for some sources only are no proof. */
function concerns({ route, protocol, toPort, to, from, direction }: UfwRule, one: number): boolean {
  const any = (network: string): boolean => ['any', '0.0.0.0/0', '::/0'].includes(network);
  if (route || !direction.startsWith('in') || !['any', 'tcp'].includes(protocol)) return false;
  const named = toPort.split(',').some((part) => {
    const [low, high = low] = part.split(':').map(Number);
    return part === 'any' || (low !== undefined && high !== undefined && low <= one && one <= high);
  });
  return named && any(to) && any(from);
}
