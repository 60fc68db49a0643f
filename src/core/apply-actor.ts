import type { Machine } from './machine.ts';

/** Who acts, as it is written on the host: user and machine of this run. */
export function actorOf({ machine }: { readonly machine: Pick<Machine, 'user' | 'hostname'> }): string {
  return `${machine.user()}@${machine.hostname()}`;
}
