import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from '../core/host.ts';
import type { Plan } from '../core/plan.ts';
import { ValopsError } from '../lib/errors.ts';
import { startScript, stepsWithinSsh, stopScript } from './canary-script.ts';

/** Milliseconds for starting or stopping the canary. */
const limit = 40_000;

/** How often a login is tried that meets no refusal, only a closed connection. */
const tries = 3;

/** Says what an operator should know of a rehearsal that could not prove everything. */
export type Say = (message: string) => void;

/**
 * Has an sshd with the planned configuration take a real login, beside the one that serves: same
 * user, key and host keys, through the connection there is. Where there is no way to log in (this
 * machine without a key, a host that offers none to its loopback) the configuration is tested alone,
 * and that is said.
 *
 * Throws GUARD_REHEARSAL_FAILED with the last words of that sshd; it never stays behind.
 */
export async function rehearseSsh(host: Host, plan: Plan, say: Say): Promise<void> {
  if (stepsWithinSsh(plan).length === 0) return;
  for (let attempt = 1; ; attempt++) {
    const { port, directory, said } = await start(host, plan);
    if (port === null) {
      // somebody else has that port
      if (attempt < 3 && /Address already in use/.test(said)) continue;
      throw failed(host, said);
    }
    const login = await tryLogin(host, port);
    const log = await stop(host, directory);
    if (login === 'no way') say(untried(host));
    if (typeof login === 'string' || isOnlyTheSource(log)) return;
    throw failed(host, log, login);
  }
}

async function start(
  host: Host,
  plan: Plan,
): Promise<{ readonly port: number | null; readonly directory: string; readonly said: string }> {
  const result = await host.run({ script: startScript(plan, host.login.user), as: 'root', timeout: limit });
  const said = new TextDecoder().decode(result.stdout);
  const ready = /^canary (\d+) (\/run\/\S+)$/m.exec(said);
  if (ready === null) return { port: null, directory: '', said: said.replace(/^canary failed\n/, '') };
  return { port: Number(ready[1]), directory: ready[2] ?? '', said };
}

async function stop(host: Host, directory: string): Promise<string> {
  const { stdout } = await host.run({ script: stopScript(directory), as: 'root', timeout: limit });
  return new TextDecoder().decode(stdout);
}

/**
 * Where a connection is dropped the login is tried again: looking for a way to the loopback leaves one
 * behind, and a policy may admit only one at a time that has not logged in yet (PerSourceMaxStartups).
 */
async function tryLogin(host: Host, port: number): Promise<'logged in' | 'no way' | ValopsError> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryLoginOnce(host, port);
    if (typeof outcome === 'string' || outcome.code !== 'HOST_UNREACHABLE' || attempt === tries) return outcome;
    await delay(500 * attempt);
  }
}

async function tryLoginOnce(host: Host, port: number): Promise<'logged in' | 'no way' | ValopsError> {
  try {
    if (host.loginThrough !== undefined) return (await host.loginThrough(port)) ? 'logged in' : 'no way';
    const fresh = await host.reconnect({ port });
    await fresh?.close();
    return fresh === null ? 'no way' : 'logged in';
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    return error;
  }
}

function untried({ kind, name }: Host): string {
  const why =
    kind === 'local'
      ? 'there is no --ssh-key to log in with'
      : 'its sshd forwards nothing, and it has no bash, python3, socat or nc';
  return `no login to the new configuration could be tried on "${name}": ${why}; sshd -t took it`;
}

/** The key was right, but its line admits no loopback; the rule of source addresses looks at that. */
function isOnlyTheSource(log: string): boolean {
  return /with correct key but not from a permitted host/.test(log);
}

function failed(host: Host, said: string, cause?: ValopsError): ValopsError {
  const words = said
    .split(/\r?\n/)
    .filter((line) => line !== '' && !/^(Server listening|Received signal|Connection closed)/.test(line))
    .slice(-3)
    .join('; ');
  const login = cause === undefined ? '' : `: ${cause.message}`;
  const message = `on "${host.name}" an sshd with the new configuration took no login${login}${words === '' ? '' : ` (${words})`}`;
  const hint =
    cause?.code === 'HOST_KEY_CHANGED'
      ? 'Pin a host key of a type that stays, as the host prints it: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub'
      : 'Correct the ssh part of valops.yaml; nothing was changed on the host.';
  return new ValopsError('GUARD_REHEARSAL_FAILED', message, cause === undefined ? { hint } : { hint, cause });
}
