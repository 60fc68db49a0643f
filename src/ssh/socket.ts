import type { Step } from '../core/change.ts';
import type { SshUnit } from '../facts/ssh/unit.ts';

/** Steps around the listening socket, where systemd holds it. */
export interface SocketChange {
  readonly lines: readonly string[];
  readonly do: readonly Step[];
  readonly undo: readonly Step[];
}

/**
 * Moves ssh.socket to the ports. Where a generator derives its addresses from sshd_config, that
 * is read again; elsewhere a drop-in of the socket says so, as sshd's own Port does not count.
 * Null: systemd does not hold the socket, or it listens there already.
 */
export function changeSocket(unit: SshUnit, ports: readonly number[] | null): SocketChange | null {
  const socket = unit.units?.find(({ name }) => /^sshd?\.socket$/.test(name));
  if (!unit.socketActivated || socket === undefined || ports === null) return null;
  const listening = new Set(socket.listen.map(portOf));
  if (listening.size === ports.length && ports.every((port) => listening.has(port))) return null;
  const lines = [`~ ${socket.name} listens on ${[...listening].join(', ')}, wanted: ${ports.join(', ')}`];
  const again: readonly Step[] = [
    { step: 'run', argv: ['systemctl', 'daemon-reload'] },
    { step: 'run', argv: ['sh', '-c', restartSocket, 'sh', socket.name, socket.name.replace('.socket', '.service')] },
  ];
  if (unit.socketGenerated) return { lines, do: again, undo: again };
  const directory = `/etc/systemd/system/${socket.name}.d`;
  // the last name wins, and others may begin with a letter
  const path = `${directory}/zz-valops.conf`;
  const back: readonly Step[] = socket.dropIns.includes(path)
    ? [{ step: 'write', path, mode: '0644', content: socketDropIn([...listening]) }]
    : [
        { step: 'remove', path },
        // empty only when the first step made it
        { step: 'run', argv: ['sh', '-c', 'rmdir "$1" 2>/dev/null || true', 'sh', directory] },
      ];
  return {
    lines: [...lines, `+ ${path}`],
    do: [
      { step: 'run', argv: ['mkdir', '-p', '-m', '0755', directory] },
      { step: 'write', path, mode: '0644', content: socketDropIn(ports) },
      ...again,
    ],
    undo: [...back, ...again],
  };
}

/** A socket does not start while its service holds it; sessions go on without the service (KillMode=process). */
const restartSocket = 'if systemctl is-active -q "$2"; then systemctl stop "$2"; fi; systemctl restart "$1"';

/** The port of a listening address as systemd prints it. */
export function portOf(listen: string): number {
  return Number(/(\d+)$/.exec(listen)?.[1]);
}

function socketDropIn(ports: readonly number[]): string {
  const lines = ports.map((port) => `ListenStream=${port}`);
  return ['# Made by valops: the ports of sshd.', '[Socket]', 'ListenStream=', ...lines, ''].join('\n');
}
