import type { Host } from '../../core/host.ts';
import type { SshDoors } from './doors.ts';
import { connectSsh2 } from './ssh2-host.ts';
import type { SshTarget } from './target.ts';

/** How to speak SSH: by ssh2, by the installed OpenSSH client, or by ssh2 where it can. */
export type Transport = 'auto' | 'ssh2' | 'openssh';

/** Connects to a host over SSH. Throws what `Host` throws. */
export function connectSsh(target: SshTarget, doors: SshDoors, _transport: Transport): Promise<Host> {
  return connectSsh2(target, doors);
}
