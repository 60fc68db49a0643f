import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ValopsError } from '../../lib/errors.ts';
import { connectionError, type Ending } from './connection-error.ts';
import type { HostKeyTrust } from './host-key.ts';
import { createClient, type Client } from './ssh2.ts';
import { watchSteps } from './steps.ts';
import type { SshTarget } from './target.ts';
import type { UserKey } from './user-keys.ts';

export interface Handshake {
  readonly target: SshTarget;
  /** A connected stream to the host's sshd, or a socket that is connecting. */
  readonly stream: Duplex;
  readonly trust: HostKeyTrust;
  /** Host key algorithms to offer, best first; empty for those of ssh2. */
  readonly algorithms: readonly string[];
  readonly keys: readonly UserKey[];
  readonly stepTimeout: number;
}

/** An authenticated connection, and the key that opened it. */
export interface Authenticated {
  readonly client: Client;
  readonly key: UserKey | undefined;
  /** Takes leave and frees the stream at once: a host that is gone would keep this process until TCP gives up. */
  readonly close: () => void;
}

/** The line with which a server begins; others may go before it (RFC 4253, section 4.2). */
const identification = /^SSH-/m;
/** Bytes to look for it in. */
const longestSaid = 4096;

/**
 * Runs the SSH handshake over a stream. Rejects with HOST_UNREACHABLE, HOST_TIMEOUT,
 * HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, HOST_AUTH_FAILED; the stream is destroyed then.
 */
export function shakeHands({
  target,
  stream,
  trust,
  algorithms,
  keys,
  stepTimeout,
}: Handshake): Promise<Authenticated> {
  return new Promise((resolve, reject) => {
    const client = createClient();
    const left = [...keys];
    let key: UserKey | undefined;
    let refusal: ValopsError | null = null;
    let said = '';
    const fail = (error: ValopsError): void => {
      steps.end();
      stream.destroy();
      reject(error);
    };
    const steps = watchSteps(target.name, stepTimeout, fail);
    const ending = (cause?: Error): Ending => ({ step: steps.current(), cause, said });

    client
      .on('connect', () => steps.enter('identification of the server'))
      .on('handshake', () => steps.enter('authentication'))
      .on('ready', () => {
        steps.end();
        client.removeAllListeners('error');
        // what happens from now on is seen by whoever waits for an answer
        client.on('error', () => undefined);
        resolve({
          client,
          key,
          close() {
            client.end();
            // not its own destroy(), which does nothing after end()
            stream.destroy();
          },
        });
      })
      .on('error', (error: Error & { level?: string }) => {
        // an agent that fails is followed by the next key
        if (error.level !== 'agent') fail(refusal ?? connectionError(target, ending(error), keys));
      })
      .on('close', () => fail(refusal ?? connectionError(target, ending(), keys)));
    if (isConnecting(stream)) steps.enter('TCP connection');
    client.connect({
      sock: stream,
      username: target.user,
      readyTimeout: 0,
      // a connection that died is noticed soon, but never before the step that waits for it times out
      keepaliveInterval: stepTimeout / 2,
      keepaliveCountMax: 3,
      ...(algorithms.length === 0 ? {} : { algorithms: { serverHostKey: [...algorithms] as never } }),
      hostVerifier: (blob: Buffer) => (refusal = trust.judge(blob)) === null,
      authHandler: (methods, _partial, next) => {
        // null before the server was asked; publickey is all we have
        key = methods === null || methods.includes('publickey') ? left.shift() : undefined;
        next(key === undefined ? (false as never) : key.attempt(target.user));
      },
    });
    stream.on('data', function listen(chunk: Buffer) {
      said += chunk.toString('latin1', 0, longestSaid);
      const identified = identification.test(said);
      if (!identified && said.length < longestSaid) return;
      stream.off('data', listen);
      said = '';
      if (identified && steps.current() === 'identification of the server') steps.enter('key exchange');
    });
  });
}

function isConnecting(stream: Duplex): boolean {
  return (stream as Partial<Socket>).connecting === true;
}
