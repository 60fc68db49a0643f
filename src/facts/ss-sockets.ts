import type { ListeningSocket } from './listening-socket.ts';

/** Reads the lines of `ss -H -tulpne` (ss(8)). Throws an Error for a line it does not understand. */
export function readSs(text: string): readonly ListeningSocket[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(readLine);
}

function readLine(line: string): ListeningSocket {
  const [protocol, , , , local = '', , ...rest] = line.trim().split(/\s+/);
  const place = /^(?:\[(.*)\]|([^%[\]]*))(?:%([^:]+))?:(\d+)$/.exec(local);
  if ((protocol !== 'tcp' && protocol !== 'udp') || place === null) throw new Error(`ss printed "${line.trim()}"`);
  const written = place[1] ?? place[2] ?? '';
  const [address = '', scope] = written.split('%');
  const details = rest.join(' ');
  return {
    protocol,
    // ss writes "*" for an IPv6 wildcard that takes IPv4 as well
    address: address === '*' ? '::' : address.replace(/^::ffff:(?=\d+\.)/, ''),
    port: Number(place[4]),
    interface: place[3] ?? scope ?? null,
    dual: address === '*',
    processes: [
      ...new Set([...details.matchAll(/\("((?:[^"\\]|\\.)*)",pid=/g)].map(([, name]) => name ?? '')),
    ].toSorted(),
    unit: /\bcgroup:\S*?\/([^/\s]+\.(?:service|socket|scope))(?:\/\S*)?(?:\s|$)/.exec(details)?.[1] ?? null,
  };
}
