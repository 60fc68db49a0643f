import { contains, parseIp, parseNetwork } from '../../lib/ip.ts';

/** Whether a text matches a pattern of ssh_config(5), "PATTERNS": `*`, `?`, no negation. */
export function matchesPattern(text: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

/**
 * Whether a user, coming from an address, matches a word of AllowUsers or DenyUsers: `user` or
 * `user@host`, where the host is a pattern or a network in CIDR form (sshd_config(5)). Null when only
 * the name of the host could tell, or the address is not known.
 */
export function matchesUser(user: string, from: string | undefined, word: string): boolean | null {
  const at = word.lastIndexOf('@');
  if (at === -1) return matchesPattern(user, word);
  if (!matchesPattern(user, word.slice(0, at))) return false;
  const host = word.slice(at + 1);
  if (host === '*') return true;
  if (from === undefined) return null;
  const address = parseIp(from);
  const network = parseNetwork(host);
  if (network !== null && address !== null) return contains(network, address);
  if (matchesPattern(from, host)) return true;
  return /[a-z]/i.test(host.replaceAll(/[0-9a-f:.*?/]/gi, '')) ? null : false;
}
