import type { HostLogin } from '../../core/fact.ts';

/** Reads `SSH_CONNECTION` (ssh(1)): client address and port, server address and port. */
export function parseConnection(text: string | undefined): Pick<HostLogin, 'from' | 'to'> {
  const [from, , address, port] = text?.split(' ') ?? [];
  if (from === undefined || address === undefined || port === undefined) return { from: undefined, to: undefined };
  return { from, to: { address, port: Number(port) } };
}
