import type { Host } from '../../core/host.ts';
import { ValopsError } from '../../lib/errors.ts';
import type { SshDoors } from './doors.ts';
import { needsOpenssh } from './needs-openssh.ts';
import { connectOpenssh } from './openssh-host.ts';
import { connectSsh2 } from './ssh2-host.ts';
import type { SshTarget } from './target.ts';

/** How to speak SSH: by ssh2, by the installed OpenSSH client, or by ssh2 where it can. */
export type Transport = 'auto' | 'ssh2' | 'openssh';

/**
 * Connects to a host over SSH. With `auto` the OpenSSH client is used, and a note says so, where
 * the configuration, the key or the host ask for what ssh2 does not know. Throws what `Host` throws.
 */
export async function connectSsh(target: SshTarget, doors: SshDoors, transport: Transport): Promise<Host> {
  if (transport === 'openssh') return connectOpenssh(target, doors);
  const beforehand = needsOpenssh(target, doors.context.files);
  if (transport === 'ssh2') {
    if (beforehand === undefined) return connectSsh2(target, doors);
    throw new ValopsError('USAGE', `"${target.name}" cannot be reached by ssh2: ${beforehand}`, {
      hint: 'Leave out --transport, or give --transport openssh.',
    });
  }
  if (beforehand !== undefined) return byOpenssh(target, doors, beforehand);
  try {
    return await connectSsh2(target, doors);
  } catch (error) {
    const reason = await beyondSsh2(error, doors);
    if (reason === undefined || doors.context.processes.find('ssh') === null) throw error;
    return byOpenssh(target, doors, reason);
  }
}

function byOpenssh(target: SshTarget, doors: SshDoors, reason: string): Promise<Host> {
  doors.context.events.emit({ kind: 'note', message: `"${target.name}" is reached by the OpenSSH client: ${reason}` });
  return connectOpenssh(target, doors);
}

/** Why ssh2 failed where OpenSSH may not. */
async function beyondSsh2(error: unknown, doors: SshDoors): Promise<string | undefined> {
  if (!(error instanceof ValopsError)) return undefined;
  const words = error.cause instanceof Error ? error.cause.message : '';
  const missing = /no matching (.+)$/.exec(words)?.[1];
  if (error.code === 'HOST_UNREACHABLE' && missing !== undefined) return `ssh2 and the host share no ${missing}`;
  if (error.code !== 'HOST_AUTH_FAILED' || doors.agentSocket === undefined) return undefined;
  const { processes } = doors.context;
  if (processes.find('ssh-add') === null) return undefined;
  const listed = await processes.run(['ssh-add', '-L'], {
    env: { SSH_AUTH_SOCK: doors.agentSocket },
    timeout: doors.stepTimeout,
  });
  const type = listed.stdout.useText((text) => /^(sk-\S+|\S+-cert-v01@openssh\.com) /m.exec(text)?.[1]);
  return type === undefined ? undefined : `the agent holds a key of type ${type}`;
}
