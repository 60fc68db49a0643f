import { setTimeout as delay } from 'node:timers/promises';
import { ValopsError } from '../lib/errors.ts';
import type { Clock } from './context.ts';
import type { Host } from './host.ts';

/** Errors after which trying again soon is pointless: the host answers, and says no. */
const definite: readonly string[] = ['HOST_AUTH_FAILED', 'HOST_KEY_CHANGED', 'HOST_KEY_UNKNOWN'];

/**
 * Logs in anew and does `work` over that connection, again and again until it succeeds or the
 * monotonic time `until` (milliseconds) has come: a reload of sshd refuses connections for a
 * moment, a boot for longer. A host that answers with a refusal is asked `refusals` times only.
 *
 * Where there is nothing to connect to (`reconnect` is null), `work` runs on `host` itself. The
 * connection is closed afterwards. Throws the last error.
 */
export async function overNewLogin<T>(
  host: Host,
  clock: Clock,
  limits: { readonly until: number; readonly refusals: number },
  work: (fresh: Host) => Promise<T>,
): Promise<T> {
  let refusals = 0;
  for (let pause = 250; ; pause = Math.min(2000, pause * 2)) {
    try {
      return await once(host, work);
    } catch (error) {
      if (!isHostError(error)) throw error;
      if (definite.includes(error.code) && ++refusals >= limits.refusals) throw error;
      if (clock.monotonic() + pause >= limits.until) throw error;
    }
    await delay(pause);
  }
}

/** Whether the error is about reaching the host, not about what was found there. */
export function isHostError(error: unknown): error is ValopsError {
  return error instanceof ValopsError && error.code.startsWith('HOST_');
}

async function once<T>(host: Host, work: (fresh: Host) => Promise<T>): Promise<T> {
  const connecting = host.reconnect();
  if (connecting === null) return work(host);
  const fresh = await connecting;
  try {
    return await work(fresh);
  } finally {
    await fresh.close();
  }
}
