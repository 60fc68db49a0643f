import type { HostLogin, Snapshot } from '../core/fact.ts';
import { listeningSockets } from '../facts/listening/sockets.ts';
import { sshEffective } from '../facts/ssh/effective.ts';
import { sshUnit } from '../facts/ssh/unit.ts';
import { parseIp } from '../lib/ip.ts';
import { valueOf } from '../facts/value-of.ts';

/**
 * Ports on which SSH is really reached: where sshd, or a socket unit for it, listens on other than
 * loopback, and where this login came in. Where none is found it is the configured port. A forwarding
 * of somebody's session is no such port. Sorted; empty when nothing is known.
 */
export function sshPorts(snapshot: Snapshot, login: HostLogin): readonly number[] {
  const sockets = valueOf(snapshot, listeningSockets) ?? [];
  const listening = sockets
    .filter(({ protocol, processes }) => protocol === 'tcp' && processes.includes('sshd'))
    .filter(({ unit }) => unit === null || /^sshd?(@.*)?\.(service|socket)$/.test(unit))
    .filter(({ address }) => !isLoopback(address))
    .map(({ port }) => port);
  const units = valueOf(snapshot, sshUnit)?.units ?? [];
  const activated = units
    .filter(({ name, active }) => name.endsWith('.socket') && active === 'active')
    .flatMap(({ listen }) => listen.map((place) => Number(/:?(\d+)$/.exec(place)?.[1])));
  const found = [...listening, ...activated, ...(login.to === undefined ? [] : [login.to.port])];
  const configured = (valueOf(snapshot, sshEffective)?.['port'] ?? []).map(Number);
  const ports = found.length > 0 ? found : configured;
  return [...new Set(ports)].filter((port) => port >= 1 && port <= 65_535).toSorted((a, b) => a - b);
}

/** Whether only the host itself reaches an address: 127.0.0.0/8 and ::1. */
export function isLoopback(address: string): boolean {
  const ip = parseIp(address);
  if (ip === null) return false;
  return ip.family === 4 ? ip.value >> 24n === 127n : ip.value === 1n;
}
