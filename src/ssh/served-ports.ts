import type { Snapshot } from '../core/fact.ts';
import { sshEffective } from '../facts/ssh/effective.ts';
import { sshUnit } from '../facts/ssh/unit.ts';
import { valueOf } from '../facts/value-of.ts';

/** The ports on which sshd, or a socket unit for it, is set up to serve; empty when that is not known. */
export function servedPorts(snapshot: Pick<Snapshot, 'facts'>): readonly number[] {
  const configured = (valueOf(snapshot, sshEffective)?.['port'] ?? []).map(Number);
  const activated = (valueOf(snapshot, sshUnit)?.units ?? [])
    .filter(({ name, active }) => name.endsWith('.socket') && active === 'active')
    .flatMap(({ listen }) => listen.map((place) => Number(/:?(\d+)$/.exec(place)?.[1])));
  const ports = activated.length > 0 ? activated : configured;
  return [...new Set(ports)].filter((port) => port >= 1 && port <= 65_535).toSorted((a, b) => a - b);
}
