import type { Question } from '../../core/fact.ts';
import type { ListeningSocket } from '../listening-socket.ts';
import { readProcSockets } from '../proc-sockets.ts';
import { readSs } from '../ss-sockets.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

/** Every listening socket of this network namespace, sorted; from ss(8), else from /proc/net. */
export const listeningSockets: Question<readonly ListeningSocket[]> = {
  id: 'listening.sockets',
  family: 'listening',
  title: 'listening TCP and UDP sockets and who holds them',
  script: () => `${partFunctions}
if command -v ss >/dev/null; then
  part ss ss -H -tulpne
else
  for table in tcp tcp6 udp udp6; do [ ! -r "/proc/net/$table" ] || part "$table" cat "/proc/net/$table"; done
  part v6only cat /proc/sys/net/ipv6/bindv6only
fi`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout, stderr }) => {
    const parts = readParts(stdout);
    const sockets = parts.has('ss') ? readSsPart(partOf(parts, 'ss'), stderr) : readProcSockets(parts);
    const byPlace = new Map(sockets.map((socket) => [placeOf(socket), socket]));
    return [...byPlace].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, socket]) => socket);
  },
};

function readSsPart(
  part: { readonly status: number; readonly text: string },
  stderr: string,
): readonly ListeningSocket[] {
  if (part.status !== 0) throw new Error(`ss ended with ${part.status}: ${stderr.trim()}`);
  return readSs(part.text);
}

function placeOf({ protocol, port, address, interface: bound, processes }: ListeningSocket): string {
  return [protocol, String(port).padStart(5, '0'), address, bound ?? '', ...processes].join(' ');
}
