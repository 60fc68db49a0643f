import type { Conversation } from '../../core/process.ts';
import { ValopsError } from '../../lib/errors.ts';
import { connectionError, unsignedError } from './connection-error.ts';
import type { SshDoors } from './doors.ts';
import { hostKeyAttempts } from './host-key-attempts.ts';
import {
  controlArguments,
  controlSocket,
  hostAlias,
  logFile,
  masterArguments,
  probeArguments,
  type OpensshSetting,
} from './openssh-arguments.ts';
import { follow, readLog } from './openssh-follow.ts';
import { acceptedKey, lastWords, offeredKeys, saidInstead, stepOf, unsigned } from './openssh-log.ts';
import type { SshTarget } from './target.ts';

/** A connection held by a running OpenSSH client. */
export interface Master {
  /** Private directory of its control socket. */
  readonly directory: string;
  readonly keyFingerprint: string | undefined;
  /** Whether the connection is still there. */
  alive(): Promise<boolean>;
  close(): Promise<void>;
}

/** Environment of the clients that only talk to the control socket. */
export const clientEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin' } as const;

/** Milliseconds for asking the control socket, and for the client to end. */
const grace = 2000;

/** Logs in by the OpenSSH client, through the jump hosts of the target if it has any. Throws as `Host`. */
export async function openMaster(target: SshTarget, doors: SshDoors): Promise<Master> {
  const jump = target.jump === undefined ? undefined : await openMaster(target.jump, doors);
  const { processes, files, memory } = doors.context;
  const room = memory.directory('ssh');
  const directory = room.path;
  const ask = (command: 'check' | 'exit'): Promise<boolean> =>
    processes
      .run(controlArguments(directory, command), { env: clientEnvironment, timeout: grace })
      .then(({ exitCode }) => exitCode === 0);
  let client: Conversation | undefined;
  let closed: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    if (client !== undefined) {
      // one that serves nobody yet cannot be asked
      await client.close((await ask('exit')) ? grace : 0);
    }
    try {
      // sockets and public keys are in it
      room.destroy();
    } catch (error) {
      if (!(error instanceof ValopsError)) throw error;
      doors.context.events.emit({
        kind: 'warning',
        message: error.message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    }
    await jump?.close();
  };
  const setting: OpensshSetting = {
    target,
    directory,
    configFile: doors.configFile,
    agentSocket: doors.agentSocket,
    jumpSocket: jump === undefined ? undefined : controlSocket(jump),
    stepTimeout: doors.stepTimeout,
  };
  try {
    const algorithms = await acceptHostKey(setting, doors);
    client = await processes.converse(masterArguments(setting, algorithms));
    const log = logFile(setting, 'master');
    const serving = (): boolean => files.stat(controlSocket(setting)) !== null;
    const followed = { host: target.name, client, files, log, stepTimeout: doors.stepTimeout };
    if ((await follow(followed, serving)) === 'ended') throw failure(setting, readLog(files, log));
    return {
      directory,
      keyFingerprint: acceptedKey(readLog(files, log)),
      alive: () => ask('check'),
      close: () => (closed ??= end()),
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * Has the host show its key, judges it, and writes it down as the only one to accept. Answers the
 * algorithms which lead to it.
 */
function acceptHostKey(setting: OpensshSetting, doors: SshDoors): Promise<readonly string[]> {
  const { target, directory, stepTimeout } = setting;
  const { files, processes } = doors.context;
  const log = logFile(setting, 'probe');
  const offered = `${directory}/offered`;
  return hostKeyAttempts(target, doors.knownHosts, async (trust, algorithms) => {
    files.remove(offered);
    files.remove(log);
    const client = await processes.converse(probeArguments(setting, algorithms));
    try {
      await follow({ host: target.name, client, files, log, stepTimeout }, () => false);
    } finally {
      await client.close(0);
    }
    const [, type = '', base64 = ''] = readLog(files, offered).trim().split(' ');
    if (base64 === '') throw failure(setting, readLog(files, log));
    const refusal = trust.judge(Buffer.from(base64, 'base64'));
    if (refusal !== null) throw refusal;
    files.create(`${directory}/known_hosts`, Buffer.from(`${hostAlias} ${type} ${base64}\n`), { mode: 0o600 });
    return algorithms.filter((one) => one === type || (type === 'ssh-rsa' && one.startsWith('rsa-')));
  });
}

function failure({ target }: OpensshSetting, log: string): ValopsError {
  const keys = offeredKeys(log).map((fingerprint) => ({ fingerprint, source: 'ssh' }));
  const words = lastWords(log);
  const [accepted, reason] = [acceptedKey(log), unsigned(log)];
  if (accepted !== undefined && reason !== undefined) return unsignedError(target, accepted, reason);
  const cause = words === undefined ? undefined : new Error(words);
  return connectionError(target, { step: stepOf(log), cause, said: saidInstead(log) }, keys);
}
