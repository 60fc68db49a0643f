import { setTimeout as sleep } from 'node:timers/promises';
import { ValopsError } from '../lib/errors.ts';
import type { Door } from './door.ts';
import { Setback } from './setback.ts';
import { startWatch, type Watch } from './watch.ts';

/** Progress in bytes that makes a broken attempt not count as one in vain. */
const worthwhile = 1024 * 1024;

/** What attempts need of the door. */
interface AttemptsDoor extends Pick<Door, 'limits'> {
  readonly context: Pick<Door['context'], 'clock' | 'events' | 'randomBytes'>;
}

export interface Attempted {
  readonly title: string;
  /** Milliseconds for all attempts together. */
  readonly time: number;
  /** How far the file has come, in bytes. */
  readonly reached: () => number;
}

/**
 * Runs `attempt` until it succeeds or fails for good, with longer and longer waits in between
 * (exponential, the last half of each at random). Throws what the last Setback held, and how often
 * it was tried.
 */
export async function attempts<T>(
  { context, limits }: AttemptsDoor,
  { title, time, reached }: Attempted,
  attempt: (watch: Watch) => Promise<T>,
): Promise<T> {
  const whole = new AbortController();
  const overdue = new ValopsError('DOWNLOAD_TIMEOUT', `"${title}" did not come within ${Math.round(time / 1000)} s`, {
    hint: 'Run it again: what has come so far is kept where the server allows to go on.',
  });
  const timer = setTimeout(() => whole.abort(overdue), time);
  let furthest = reached();
  let [vain, total] = [0, 0];
  try {
    for (;;) {
      const watch = startWatch(context.clock, limits, title, whole.signal);
      try {
        total++;
        return await attempt(watch);
      } catch (error) {
        if (!(error instanceof Setback)) throw error;
        if (reached() >= furthest + worthwhile) vain = 0;
        furthest = Math.max(furthest, reached());
        vain++;
        if (vain >= limits.attempts) throw lasting(error.error, total);
        const delay = Math.max(error.wait ?? 0, backoff(vain));
        context.events.emit({
          kind: 'note',
          message: `${error.error.message}; trying again in ${Math.ceil(delay / 1000)} s`,
        });
        await sleep(delay, undefined, { signal: whole.signal }).catch(() => Promise.reject(overdue));
      } finally {
        watch.stop();
      }
    }
  } finally {
    clearTimeout(timer);
  }

  function backoff(failed: number): number {
    const longest = Math.min(limits.longestDelay, limits.firstDelay * 2 ** (failed - 1));
    const [random = 0] = context.randomBytes(1);
    return longest / 2 + (longest / 2) * (random / 255);
  }
}

function lasting(error: ValopsError, total: number): ValopsError {
  if (total === 1) return error;
  return new ValopsError(error.code, `${error.message} (tried ${total} times)`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error.cause ?? error,
  });
}
