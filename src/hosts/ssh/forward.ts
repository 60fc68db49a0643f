import type { Duplex } from 'node:stream';
import { ValopsError } from '../../lib/errors.ts';
import type { Client } from './ssh2.ts';
import { timeoutError } from './steps.ts';
import type { SshTarget } from './target.ts';

/** Whether a stream was not opened because the host's sshd forwards nothing (RFC 4254, 5.1: reason 1). */
export function isForwardingForbidden(error: unknown): boolean {
  if (!(error instanceof ValopsError) || !(error.cause instanceof Error)) return false;
  const { cause } = error;
  return 'reason' in cause && cause.reason === 1;
}

/** Opens a stream through a jump host. Throws HOST_UNREACHABLE and HOST_TIMEOUT, in the name of the target. */
export function forward(client: Client, jump: SshTarget, target: SshTarget, timeout: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(timeoutError(target.name, 'connection through the jump host', timeout)),
      timeout,
    );
    client.forwardOut('127.0.0.1', 0, target.address, target.port, (error, channel) => {
      clearTimeout(timer);
      if (error === undefined) resolve(channel);
      else {
        const message = `"${target.name}" cannot be reached through "${jump.name}": ${error.message}`;
        reject(
          new ValopsError('HOST_UNREACHABLE', message, {
            hint: `Check that ${jump.name} reaches ${target.address} port ${target.port}, and its AllowTcpForwarding.`,
            cause: error,
          }),
        );
      }
    });
  });
}
