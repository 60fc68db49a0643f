import { ValopsError } from '../../lib/errors.ts';
import type { Envelope } from '../envelope.ts';
import type { Reply } from '../reply.ts';
import { connectionLost } from './connection-error.ts';
import type { Client, ClientChannel } from './ssh2.ts';
import { timeoutError } from './steps.ts';
import type { SshTarget } from './target.ts';

/** Milliseconds for opening the channel, and for everything from there to the exit status. */
export interface Limits {
  readonly step: number;
  readonly run: number;
}

/**
 * Runs an envelope on a channel of its own and feeds its reply. Answers the exit status, null for
 * a signal. Throws HOST_UNREACHABLE when the host opens no channel, HOST_TIMEOUT and
 * HOST_CONNECTION_LOST.
 */
export async function execute(
  client: Client,
  target: SshTarget,
  envelope: Envelope,
  reply: Reply,
  limits: Limits,
): Promise<number | null> {
  const channel = await openChannel(client, target, envelope.line, limits.step);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // before the channel closes, which would count as a lost connection
      reject(timeoutError(target.name, 'command', limits.run));
      // timeout(1) on the host does the same for what root runs
      channel.signal('KILL');
      channel.destroy();
    }, limits.run);
    let ended: { readonly code: number | null } | undefined;
    channel.on('data', reply.stdout);
    channel.stderr.on('data', reply.stderr);
    channel.on('exit', (code: number | null) => {
      ended = { code };
    });
    channel.on('close', () => {
      clearTimeout(timer);
      if (ended === undefined) reject(connectionLost(target, 'while the command ran'));
      else resolve(ended.code);
    });
    // a script that ends before it was read is no error of the connection
    channel.on('error', () => undefined);
    channel.end(envelope.input);
  });
}

/** Runs a line in a session of its own; its streams are those of the channel. Throws HOST_UNREACHABLE, HOST_TIMEOUT. */
export function openChannel(client: Client, target: SshTarget, line: string, timeout: number): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(timeoutError(target.name, 'channel', timeout));
    }, timeout);
    const opened = (error: Error | undefined, channel: ClientChannel): void => {
      clearTimeout(timer);
      if (late) channel?.destroy();
      else if (error === undefined) resolve(channel);
      else if (error.message === 'No response from server') reject(connectionLost(target, 'before the command', error));
      else {
        reject(
          new ValopsError('HOST_UNREACHABLE', `"${target.name}" opens no channel: ${error.message}`, {
            hint: 'Look at MaxSessions and PermitOpen of its sshd.',
            cause: error,
          }),
        );
      }
    };
    try {
      client.exec(line, opened);
    } catch (error) {
      clearTimeout(timer);
      reject(connectionLost(target, 'before the command', error));
    }
  });
}
