import { setTimeout as delay } from 'node:timers/promises';
import { ValopsError } from '../lib/errors.ts';
import { newLogin, type Way } from './apply-ways.ts';
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
export function overNewLogin<T>(
  host: Host,
  clock: Clock,
  limits: LoginLimits,
  work: (fresh: Host) => Promise<T>,
): Promise<T> {
  return overWays([newLogin(host)], clock, limits, work);
}

/** The same over whichever of several ways leads there; each is tried at least once. Throws what the first one met. */
export async function overWays<T>(
  ways: readonly Way[],
  clock: Clock,
  limits: LoginLimits,
  work: (host: Host) => Promise<T>,
): Promise<T> {
  let refusals = 0;
  for (let pause = 250; ; pause = Math.min(2000, pause * 2)) {
    const errors: ValopsError[] = [];
    for (const way of ways) {
      try {
        return await way(work);
      } catch (error) {
        if (!isHostError(error)) throw error;
        errors.push(error);
      }
    }
    const [error] = errors;
    if (error !== undefined) {
      if (definite.includes(error.code) && ++refusals >= limits.refusals) throw error;
      if (clock.monotonic() + pause >= limits.until) throw error;
    }
    await delay(pause);
  }
}

/** Until when, in monotonic milliseconds, and after how many refusals at the latest. */
interface LoginLimits {
  readonly until: number;
  readonly refusals: number;
}

/** Whether the error is about reaching the host, not about what was found there. */
export function isHostError(error: unknown): error is ValopsError {
  return error instanceof ValopsError && error.code.startsWith('HOST_');
}
