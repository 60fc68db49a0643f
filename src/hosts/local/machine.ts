import { hostname, networkInterfaces, userInfo } from 'node:os';
import type { Fact } from '../../core/fact.ts';
import type { Machine } from '../../core/machine.ts';
import { systemErrorCode } from '../../lib/errors.ts';
import { parseInterfaces6 } from './interfaces.ts';
import { mayDumpCore } from './core-dumps.ts';
import { resolveOwner } from './owner.ts';
import { parseRoutes4, parseRoutes6 } from './routes.ts';
import { parseSwaps } from './swaps.ts';

/**
 * This machine. `read` answers the text of a file below /proc or /etc, or throws the system
 * error; a fact whose file cannot be read is unknown with that as its reason.
 */
export function createMachine(read: (path: string) => string): Machine {
  return {
    hostname,
    user: loginName,
    interfaces: () =>
      fact(() => {
        const seen = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
          (addresses ?? []).map(({ address, internal }) => ({ name, address, internal })),
        );
        // Node leaves out interfaces which are up but have no carrier. The kernel's list has them,
        // along with those that are down.
        const further = parseInterfaces6(optional(read, '/proc/net/if_inet6')).filter(
          (one) =>
            isUp(read, one.name) && !seen.some((other) => other.name === one.name && other.address === one.address),
        );
        return [...seen, ...further];
      }),
    routes: () =>
      fact(() => [...parseRoutes4(read('/proc/net/route')), ...parseRoutes6(optional(read, '/proc/net/ipv6_route'))]),
    swap: () => fact(() => parseSwaps(optional(read, '/proc/swaps'))),
    coreDumps: () => fact(() => mayDumpCore(read('/proc/self/limits'), read('/proc/sys/kernel/core_pattern'))),
    resolveOwner: (owner) => resolveOwner(owner, read('/etc/passwd'), read('/etc/group')),
  };
}

/** IFF_UP of netdevice(7). An interface whose flags cannot be read counts as up. */
function isUp(read: (path: string) => string, name: string): boolean {
  const flags = optional(read, `/sys/class/net/${name}/flags`).trim();
  return flags === '' || (Number(flags) & 1) === 1;
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return String(process.geteuid?.() ?? 'unknown');
  }
}

/** A kernel without IPv6 or swap has no such file: an answer, but only where /proc is there at all. */
function optional(read: (path: string) => string, path: string): string {
  try {
    return read(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    read('/proc/version');
    return '';
  }
}

function fact<T>(ask: () => T): Fact<T> {
  try {
    return { known: true, value: ask() };
  } catch (error) {
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
