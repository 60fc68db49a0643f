import { formatNetwork, parseIp } from '../lib/ip.ts';

/** `user@address[:port]` taken apart; IPv6 without its brackets. */
export interface Address {
  readonly user: string | undefined;
  readonly address: string;
  readonly port: number | undefined;
}

const form = /^(?:([^@\s]+)@)?(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([\w.-]+))(?::(\d{1,5}))?$/;

/** Parses `[user@]address[:port]`, an IPv6 address in brackets; null for anything else. */
export function parseAddress(text: string): Address | null {
  const match = form.exec(text);
  const address = match?.[2] ?? match?.[3];
  if (address === undefined || address.startsWith('-') || match?.[1]?.startsWith('-') === true) return null;
  const port = match?.[4] === undefined ? undefined : Number(match[4]);
  if (port !== undefined && (port < 1 || port > 65_535)) return null;
  return { user: match?.[1], address, port };
}

/** `user@address:port`; the same text for the same address, however it is written. */
export function addressText({ user, address, port }: { user: string; address: string; port: number }): string {
  const ip = parseIp(address);
  const plain = ip === null ? address.toLowerCase() : formatNetwork({ ...ip, length: ip.family === 4 ? 32 : 128 });
  return `${user}@${plain.includes(':') ? `[${plain}]` : plain}:${port}`;
}
