import type { Duplex } from 'node:stream';
import { connect as connectSocket } from 'node:net';
import type { HostLogin } from '../../core/fact.ts';
import type { Host, HostPlace, HostWay } from '../../core/host.ts';
import { makeEnvelope } from '../envelope.ts';
import { createReply } from '../reply.ts';
import { parseConnection } from './connection.ts';
import type { SshDoors } from './doors.ts';
import { askForBridge, bridgeLine } from './bridge.ts';
import { forwardToSocket } from './forward-socket.ts';
import { execute, openChannel } from './execute.ts';
import { forward, isForwardingForbidden } from './forward.ts';
import { shakeHands, type Authenticated } from './handshake.ts';
import { hostKeyAttempts } from './host-key-attempts.ts';
import type { Client } from './ssh2.ts';
import type { SshTarget } from './target.ts';
import { loadUserKeys, type UserKey } from './user-keys.ts';

interface Route {
  /** Opens a stream to the sshd of the target. */
  readonly open: () => Promise<Duplex>;
  readonly close: () => void;
}

/**
 * Connects by ssh2, through the jump hosts of the target if it has any. `only` are the keys to log
 * in with instead of those of the target.
 *
 * Throws what `Host` throws; the cause of a HOST_UNREACHABLE tells whether ssh2 and the host have
 * no algorithm in common (`isUnsupported`).
 */
export async function connectSsh2(
  target: SshTarget,
  doors: SshDoors,
  only?: readonly UserKey[],
  through?: Route,
): Promise<Host> {
  const keys = only ?? (await loadUserKeys(target, doors));
  const { client, key, close } = await authenticate(target, doors, keys, through);
  const probe = await run(client, target, doors, { script: '', as: 'user', timeout: doors.stepTimeout }).catch(
    (error: unknown) => {
      close();
      throw error;
    },
  );
  const login: HostLogin = {
    user: target.user,
    ...parseConnection(probe.connection),
    keyFingerprint: key?.fingerprint,
  };
  return {
    name: target.name,
    kind: 'ssh',
    login,
    run: async (request) => (await run(client, target, doors, request)).result,
    reconnect: (to) =>
      connectSsh2({ ...target, port: to?.port ?? target.port }, doors, key === undefined ? keys : [key]),
    async loginThrough(port) {
      const loopback = { ...target, address: '127.0.0.1', port };
      const open = await wayTo(client, target, loopback, doors);
      if (open === null) return false;
      const keysOfLogin = key === undefined ? keys : [key];
      const host = await connectSsh2(loopback, doors, keysOfLogin, { open, close: () => undefined });
      await host.close();
      return true;
    },
    wayTo: (place) => wayToPlace(client, target, place, doors),
    close() {
      close();
      return Promise.resolve();
    },
  };
}

async function authenticate(
  target: SshTarget,
  doors: SshDoors,
  keys: readonly UserKey[],
  through?: Route,
): Promise<Authenticated> {
  const route = through ?? (await routeTo(target, doors));
  try {
    const authenticated = await hostKeyAttempts(target, doors.knownHosts, async (trust, algorithms) =>
      shakeHands({ target, stream: await route.open(), trust, algorithms, keys, stepTimeout: doors.stepTimeout }),
    );
    return {
      ...authenticated,
      close() {
        authenticated.close();
        route.close();
      },
    };
  } catch (error) {
    route.close();
    throw error;
  }
}

async function routeTo(target: SshTarget, doors: SshDoors): Promise<Route> {
  const { jump } = target;
  if (jump === undefined) {
    return {
      open: () => Promise.resolve(connectSocket({ host: target.address, port: target.port, noDelay: true })),
      close: () => undefined,
    };
  }
  const { client, close } = await authenticate(jump, doors, await loadUserKeys(jump, doors));
  return { open: () => forward(client, jump, target, doors.stepTimeout), close };
}

/** The way to the host's own loopback: a forwarding, else a program of the host in a session; null for neither. */
async function wayTo(
  client: Client,
  target: SshTarget,
  loopback: SshTarget,
  doors: SshDoors,
): Promise<Route['open'] | null> {
  const forwarding = (): Promise<Duplex> => forward(client, target, loopback, doors.stepTimeout);
  try {
    // the stream by which it was tried is the one to use: an sshd may admit one unauthenticated connection at a time
    const tried = [await forwarding()];
    return () => Promise.resolve(tried.pop() ?? forwarding());
  } catch (error) {
    if (!isForwardingForbidden(error)) throw error;
  }
  const { result } = await run(client, target, doors, askForBridge(loopback.port));
  const line = bridgeLine(result.stdout, loopback.port);
  return line === null ? null : () => openChannel(client, target, line, doors.stepTimeout);
}

/** Streams at once by sessions: an sshd may allow few of them (MaxSessions), and one is for scripts. */
const mostSessions = 3;

/** As `wayTo`, for something that is no sshd: a forwarding carries as many streams as one likes. */
async function wayToPlace(
  client: Client,
  target: SshTarget,
  place: HostPlace,
  doors: SshDoors,
): Promise<HostWay | null> {
  const forwarding = (): Promise<Duplex> =>
    'socket' in place
      ? forwardToSocket(client, target.name, place.socket, doors.stepTimeout)
      : forward(client, target, { ...target, ...place }, doors.stepTimeout);
  try {
    (await forwarding()).destroy();
    return { open: forwarding, most: Number.POSITIVE_INFINITY };
  } catch (error) {
    if (!isForwardingForbidden(error)) throw error;
  }
  if ('socket' in place || place.address !== '127.0.0.1') return null;
  const { result } = await run(client, target, doors, askForBridge(place.port));
  const line = bridgeLine(result.stdout, place.port);
  if (line === null) return null;
  return { open: () => openChannel(client, target, line, doors.stepTimeout), most: mostSessions };
}

async function run(
  client: Client,
  target: SshTarget,
  doors: SshDoors,
  request: Parameters<Host['run']>[0],
): Promise<{ readonly result: Awaited<ReturnType<Host['run']>>; readonly connection: string | undefined }> {
  const envelope = makeEnvelope(request, doors.context.randomBytes(8));
  const reply = createReply(target.name, envelope.nonce);
  const limits = { step: doors.stepTimeout, run: request.timeout };
  const exitCode = await execute(client, target, envelope, reply, limits);
  return { result: reply.result(exitCode), connection: reply.connection() };
}
