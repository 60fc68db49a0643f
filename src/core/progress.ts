import type { Context } from './context.ts';

/** Milliseconds between two of its events. */
const often = 100;

/** Emits how far a file has come: at most ten times a second, and at its end. Sizes in bytes. */
export function trackBytes(
  { events, clock }: Pick<Context, 'events' | 'clock'>,
  title: string,
  total: number | undefined,
): { readonly at: (done: number) => void; readonly end: (done: number) => void } {
  const known = total === undefined ? {} : { total };
  let last = Number.NEGATIVE_INFINITY;
  return {
    at(done) {
      const now = clock.monotonic();
      if (now - last < often) return;
      last = now;
      events.emit({ kind: 'bytes', title, done, ...known, state: 'running' });
    },
    end: (done) => events.emit({ kind: 'bytes', title, done, ...known, state: 'end' }),
  };
}
