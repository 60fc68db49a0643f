import type { ListeningSocket } from '../../../facts/listening-socket.ts';
import { listeningSockets } from '../../../facts/listening/sockets.ts';
import { defineSection } from '../section.ts';

/** Ports the kernel deals out by default (ip(7), `ip_local_port_range`): the number says nothing, the program does. */
const dealtOut = { first: 32_768, last: 60_999 } as const;

export const listenersSection = defineSection({
  id: 'listeners',
  title: 'listening sockets',
  needs: { sockets: listeningSockets },
  entries: ({ sockets }) => {
    const entries = sockets.map((socket) => {
      const { processes, unit, dual } = socket;
      const holder = processes.join(', ') || 'nobody who was told';
      return {
        key: `${placeOf(socket)}${isDealtOut(socket) ? ` of ${holder}` : ''}`,
        value: `${holder}${unit === null ? '' : `, ${unit}`}${dual ? ', IPv4 too' : ''}`,
      };
    });
    // several programs may hold one port (SO_REUSEPORT), and one program several that were dealt out
    const byKey = new Map<string, string[]>();
    for (const { key, value } of entries) byKey.set(key, [...(byKey.get(key) ?? []), value]);
    return [...byKey].map(([key, values]) => ({ key, value: [...new Set(values)].toSorted().join('; ') }));
  },
});

function isDealtOut({ port, processes }: ListeningSocket): boolean {
  return port >= dealtOut.first && port <= dealtOut.last && processes.length > 0;
}

function placeOf(socket: ListeningSocket): string {
  const { protocol, address, port, interface: bound } = socket;
  const at = `${address.includes(':') ? `[${address}]` : address}${bound === null ? '' : `%${bound}`}`;
  return isDealtOut(socket) ? `${protocol} ${at} at a port the kernel dealt out` : `${protocol} ${at}:${port}`;
}
