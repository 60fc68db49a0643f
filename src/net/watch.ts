import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Limits } from './limits.ts';
import { Setback } from './setback.ts';

/** Ends one attempt that takes too long. */
export interface Watch {
  /** Aborted with a Setback, or with the reason of the outer signal. */
  readonly signal: AbortSignal;
  /** The answer has begun: from now on the pace counts. */
  answered(): void;
  took(bytes: number): void;
  stop(): void;
}

/** Watches one attempt at `title`; `outer` bounds all attempts together. */
export function startWatch(clock: Context['clock'], limits: Limits, title: string, outer: AbortSignal): Watch {
  const own = new AbortController();
  const { pace } = limits;
  const late = (what: string): Setback =>
    new Setback(
      new ValopsError('DOWNLOAD_TIMEOUT', `"${title}" comes too slowly: ${what}`, {
        hint: 'Try again later, or from another network.',
      }),
    );
  // redirects included; undici's own times are for one connection each
  const silence = limits.connect + limits.response;
  let timer: NodeJS.Timeout = setTimeout(() => own.abort(late(`no answer within ${seconds(silence)}`)), silence);
  let taken = 0;
  let since = 0;

  function check(): void {
    const passed = clock.monotonic() - since;
    if (passed < pace.time) return;
    if (taken < pace.bytes) {
      own.abort(late(`expected at least ${pace.bytes} bytes in ${seconds(pace.time)}, got ${taken}`));
      return;
    }
    [taken, since] = [0, clock.monotonic()];
  }

  return {
    signal: AbortSignal.any([own.signal, outer]),
    answered() {
      clearTimeout(timer);
      since = clock.monotonic();
      timer = setInterval(check, Math.max(10, pace.time / 4));
    },
    took(bytes) {
      taken += bytes;
    },
    stop: () => clearTimeout(timer),
  };
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
