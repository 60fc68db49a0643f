/** An IPv4 or IPv6 address as a number. IPv4-mapped IPv6 addresses (RFC 4291, 2.5.5.2) are IPv4. */
export interface Ip {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** A network: all addresses whose first `length` bits are those of `value`; the other bits of it are 0. */
export interface Network extends Ip {
  readonly length: number;
}

const bits = { 4: 32, 6: 128 } as const;
const mapped = 0xffffn << 32n;

/** Reads an address without brackets and scope. Null when it is none. */
export function parseIp(text: string): Ip | null {
  if (!text.includes(':')) {
    const value = parse4(text);
    return value === null ? null : { family: 4, value };
  }
  const value = parse6(text);
  if (value === null) return null;
  return value >> 32n === mapped >> 32n ? { family: 4, value: value & 0xffff_ffffn } : { family: 6, value };
}

/** Reads an address or a network in CIDR form; bits beyond the prefix are cleared. Null when it is neither. */
export function parseNetwork(text: string): Network | null {
  const [address = '', length, ...rest] = text.split('/');
  const ip = parseIp(address);
  if (ip === null || rest.length > 0) return null;
  const all = bits[ip.family];
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return null;
  const written = length === undefined ? all : Number(length);
  // a prefix of a mapped address counts its leading 96 bits
  const own = ip.family === 4 && address.includes(':') && length !== undefined ? written - 96 : written;
  if (own < 0 || own > all) return null;
  const host = BigInt(all - own);
  return { family: ip.family, value: (ip.value >> host) << host, length: own };
}

/** Whether the network holds the address, or the whole of the other network. */
export function contains(network: Network, other: Ip & { readonly length?: number }): boolean {
  if (network.family !== other.family || (other.length ?? bits[other.family]) < network.length) return false;
  const host = BigInt(bits[network.family] - network.length);
  return network.value >> host === other.value >> host;
}

/** Writes a network as nft does: lower case, the longest run of zeros as `::` (RFC 5952), no prefix on an address. */
export function formatNetwork(network: Network): string {
  const address = network.family === 4 ? format4(network.value) : format6(network.value);
  return network.length === bits[network.family] ? address : `${address}/${network.length}`;
}

function parse4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return null;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parse6(text: string): bigint | null {
  const last = text.slice(text.lastIndexOf(':') + 1);
  if (last.includes('.')) {
    const low = parse4(last);
    if (low === null) return null;
    const words = `${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
    return parse6(text.slice(0, text.length - last.length) + words);
  }
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return null;
  const groups = (side: string): readonly string[] => (side === '' ? [] : side.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const all = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function format4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

function format6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  const text = `:${groups.join(':')}:`;
  const longest = [...text.matchAll(/(?:(?<=:)0:){2,}/g)].reduce(
    (best, run) => (run[0].length > best[0].length ? run : best),
    { 0: '', index: -1 } as { readonly 0: string; readonly index: number },
  );
  if (longest.index < 0) return groups.join(':');
  const before = text.slice(1, longest.index - 1 < 1 ? 1 : longest.index - 1);
  const after = text.slice(longest.index + longest[0].length, -1);
  return `${before}::${after}`;
}
