import type { HostLogin } from '../core/fact.ts';

/**
 * The ports sshd shall listen on: the declared one, and that of the login in use as long as it is
 * another. So the old port goes only once a login came by the new one. Null: nothing is declared.
 */
export function wantedPorts(declared: number | undefined, login: HostLogin): readonly number[] | null {
  if (declared === undefined) return null;
  const inUse = login.to?.port;
  return inUse === undefined || inUse === declared ? [declared] : [declared, inUse];
}
