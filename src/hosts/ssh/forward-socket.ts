import type { Duplex } from 'node:stream';
import { ValopsError } from '../../lib/errors.ts';
import type { Client } from './ssh2.ts';
import { timeoutError } from './steps.ts';

/**
 * Opens a stream to a Unix socket of a host (direct-streamlocal@openssh.com, OpenSSH PROTOCOL 2.4). Throws
 * HOST_UNREACHABLE and HOST_TIMEOUT.
 */
export function forwardToSocket(client: Client, host: string, path: string, timeout: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(timeoutError(host, 'connection to a socket of the host', timeout)), timeout);
    client.openssh_forwardOutStreamLocal(path, (error, channel) => {
      clearTimeout(timer);
      if (error === undefined) return resolve(channel);
      reject(
        new ValopsError('HOST_UNREACHABLE', `"${path}" of "${host}" cannot be reached: ${error.message}`, {
          hint: 'Check that the service runs, and AllowStreamLocalForwarding of its sshd.',
          cause: error,
        }),
      );
    });
  });
}
