import type { Machine } from '../core/machine.ts';

/** Whether this machine could send a packet anywhere, and what says so. */
export interface OfflineVerdict {
  /** True only when interfaces and routes were both read and neither leads out. */
  readonly offline: boolean;
  /** Why not, in words; empty when offline. */
  readonly evidence: readonly string[];
}

/** Judges interfaces and routes. What could not be read counts as online: unknown is never a pass. */
export function judgeOffline(machine: Machine): OfflineVerdict {
  const interfaces = machine.interfaces();
  const routes = machine.routes();
  const evidence = [
    ...(interfaces.known
      ? interfaces.value.filter((one) => !one.internal).map((one) => `interface ${one.name} has address ${one.address}`)
      : [`the interfaces could not be read: ${interfaces.reason}`]),
    ...(routes.known
      ? routes.value.map((route) => `a route to ${route.destination} leads through ${route.interface}`)
      : [`the routes could not be read: ${routes.reason}`]),
  ];
  return { offline: evidence.length === 0, evidence };
}
