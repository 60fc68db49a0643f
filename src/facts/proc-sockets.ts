import type { ListeningSocket } from './listening-socket.ts';
import { partOf, type Parts } from './parts.ts';

/**
 * Reads the parts `tcp`, `tcp6`, `udp` and `udp6`, which are the tables of /proc/net (proc(5)). They
 * do not tell processes, nor whether one socket is IPv6 only: the system's default counts (`v6only`).
 */
export function readProcSockets(parts: Parts): readonly ListeningSocket[] {
  const v6only = parts.get('v6only')?.text === '1';
  return (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((table) => {
    if (!parts.has(table) && table.endsWith('6')) return [];
    return readTable(partOf(parts, table).text, table.startsWith('tcp') ? 'tcp' : 'udp', v6only);
  });
}

/** Socket states of the kernel (include/net/tcp_states.h): LISTEN, and CLOSE for an unconnected UDP socket. */
const waiting = { tcp: '0A', udp: '07' } as const;

function readTable(text: string, protocol: 'tcp' | 'udp', v6only: boolean): readonly ListeningSocket[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === waiting[protocol])
    .map(([, local = '']) => {
      const [hex = '', port = ''] = local.split(':');
      const address = hex.length === 8 ? ipv4(hex) : ipv6(hex);
      return {
        protocol,
        address,
        port: Number.parseInt(port, 16),
        interface: null,
        dual: address === '::' && !v6only,
        processes: [],
        unit: null,
      };
    });
}

/** Each group of 32 bits is printed as a number of the host's byte order; Debian's and Ubuntu's are little-endian. */
function bytesOf(hex: string): Buffer {
  return Buffer.concat((hex.match(/.{8}/g) ?? []).map((group) => Buffer.from(group, 'hex').reverse()));
}

function ipv4(hex: string): string {
  return [...bytesOf(hex)].join('.');
}

/** The text of RFC 5952: the longest run of zero groups, if of two or more, becomes `::`. A mapped address is IPv4. */
function ipv6(hex: string): string {
  if (hex.startsWith('0000000000000000FFFF0000')) return ipv4(hex.slice(24));
  const groups = (bytesOf(hex).toString('hex').match(/.{4}/g) ?? []).map((group) =>
    Number.parseInt(group, 16).toString(16),
  );
  const runs = [...groups.join(':').matchAll(/(?:^|(?<=:))0(?::0)+(?=:|$)/g)].map(([run]) => run);
  const longest = runs.toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return groups.join(':');
  const text = groups.join(':');
  const at = [...text.matchAll(/(?:^|(?<=:))0(?::0)+(?=:|$)/g)].find(([run]) => run === longest)?.index ?? 0;
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}
