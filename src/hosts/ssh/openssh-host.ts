import type { Host, HostRequest, HostResult } from '../../core/host.ts';
import { ValopsError } from '../../lib/errors.ts';
import { makeEnvelope } from '../envelope.ts';
import { createReply } from '../reply.ts';
import { askForBridge, bridgeLine } from './bridge.ts';
import { parseConnection } from './connection.ts';
import type { SshDoors } from './doors.ts';
import { connectionLost } from './connection-error.ts';
import { logFile, sessionArguments } from './openssh-arguments.ts';
import { readLog } from './openssh-follow.ts';
import { reportedExit } from './openssh-log.ts';
import { clientEnvironment, openMaster, type Master } from './openssh-master.ts';
import { timeoutError } from './steps.ts';
import type { SshTarget } from './target.ts';

/** What the client answers for its own failures, and for a script that a signal ended. */
const ambiguous = 255;

/**
 * Connects by the installed OpenSSH client: one connection is held by a master, each script runs
 * in a session of it. Throws what `Host` throws, and PROCESS_MISSING without a client.
 */
export async function connectOpenssh(target: SshTarget, doors: SshDoors): Promise<Host> {
  const master = await openMaster(target, doors);
  let connection: string | undefined;
  try {
    ({ connection } = await run(master, target, doors, { script: '', as: 'user', timeout: doors.stepTimeout }));
  } catch (error) {
    await master.close();
    throw error;
  }
  const { keyFingerprint } = master;
  return {
    name: target.name,
    kind: 'ssh',
    login: { user: target.user, ...parseConnection(connection), keyFingerprint },
    run: async (request) => (await run(master, target, doors, request)).result,
    reconnect: (to) => again({ ...target, port: to?.port ?? target.port }, doors, keyFingerprint),
    async loginThrough(port) {
      const { result } = await run(master, target, doors, askForBridge(port));
      const bridge = bridgeLine(result.stdout, port) ?? undefined;
      const loopback = { ...target, address: '127.0.0.1', port, jump: target, bridge };
      try {
        const host = await again(loopback, doors, keyFingerprint);
        await host.close();
        return true;
      } catch (error) {
        if (bridge === undefined && isNotLedThrough(error)) return false;
        throw error;
      }
    },
    close: () => master.close(),
  };
}

/** The client forwards through another one, and cannot tell why that one led nowhere: no host answered. */
function isNotLedThrough(error: unknown): boolean {
  const cause = error instanceof ValopsError && error.code === 'HOST_UNREACHABLE' ? error.cause : undefined;
  return cause instanceof Error && cause.message.startsWith('Connection closed by UNKNOWN');
}

/** The client chooses the key; another than the first time would prove nothing. */
async function again(target: SshTarget, doors: SshDoors, key: string | undefined): Promise<Host> {
  const host = await connectOpenssh(target, doors);
  if (host.login.keyFingerprint === key) return host;
  await host.close();
  const message = `"${target.name}" let us in by ${host.login.keyFingerprint ?? 'no key'}, expected ${key ?? 'no key'}`;
  throw new ValopsError('HOST_AUTH_FAILED', message, { hint: 'Name the key with --ssh-key FILE.' });
}

async function run(
  master: Master,
  target: SshTarget,
  { context }: SshDoors,
  request: HostRequest,
): Promise<{ readonly result: HostResult; readonly connection: string | undefined }> {
  const random = context.randomBytes(8);
  const { nonce, line, input } = makeEnvelope(request, random);
  const log = logFile(master, nonce);
  const reply = createReply(target.name, nonce);
  const ended = await context.processes.run(sessionArguments(master.directory, nonce, line), {
    env: clientEnvironment,
    cwd: '/',
    timeout: request.timeout,
    input,
    sinks: reply,
  });
  const said = readLog(context.files, log);
  context.files.remove(log);
  if (ended.timedOut) throw timeoutError(target.name, 'command', request.timeout);
  const exitCode = ended.exitCode !== ambiguous || reportedExit(said, ambiguous) ? ended.exitCode : null;
  if ((exitCode === null || !reply.began()) && !(await master.alive())) {
    throw connectionLost(target, reply.began() ? 'while the command ran' : 'before the command');
  }
  return { result: reply.result(exitCode), connection: reply.connection() };
}
