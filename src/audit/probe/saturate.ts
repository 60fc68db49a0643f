import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { systemErrorCode } from '../../lib/errors.ts';
import type { ServiceProbe } from '../../facts/service-probe.ts';
import { turns } from './turns.ts';

type Concurrency = Extract<ServiceProbe['concurrency'], { known: true }>['value'];

/** Connections that are being opened at once. */
const atOnce = 32;

/** How many requests to hold, and what they are. */
export interface Saturation {
  readonly open: () => Promise<Duplex>;
  /** A request that lacks the end of its body. */
  readonly unfinished: string;
  /** The same, whole. */
  readonly whole: string;
  readonly held: number;
  readonly beyond: number;
  /** Requests a second at most. */
  readonly pace: number;
  /** Requests that may come before they are paced. */
  readonly free: number;
  /** Milliseconds after which a request that is let go is no refusal: its time was up. */
  readonly timeout: number;
  /** Milliseconds that the requests beyond the limit are given. */
  readonly patience: number;
  /** Asks for readiness meanwhile. */
  readonly ready: () => Promise<number | null>;
}

/**
 * Holds requests up to a limit, then sends some more, and lets all of them go. Throws an Error where nothing can be
 * held, with the reason.
 */
export async function saturate(given: Saturation): Promise<Concurrency> {
  const { open, held, beyond, pace, patience } = given;
  const holding = new Set<Duplex>();
  const started = performance.now();
  const turn = turns(atOnce);
  let refusedBefore = 0;
  let fault: string | undefined;
  const hold = async (): Promise<void> => {
    let stream: Duplex;
    const since = performance.now();
    try {
      stream = await open();
    } catch (error) {
      const code = systemErrorCode(error) ?? '';
      // what is used up here says nothing of the service
      if (['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS'].includes(code))
        fault ??= `no more connections here: ${code}`;
      refusedBefore++;
      return;
    }
    holding.add(stream);
    const gone = (refuses: boolean): void => {
      if (holding.delete(stream) && refuses) refusedBefore++;
      stream.destroy();
    };
    stream.on('error', () => undefined);
    stream.once('data', (bytes: Uint8Array) => {
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(Buffer.from(bytes).toString('latin1'))?.[1] ?? '';
      if (!['408', '429', '503'].includes(status))
        fault ??= `it answers ${status} before the body is there: no request can be held`;
      gone(status !== '408');
    });
    // later, its time was up
    stream.once('close', () => gone(performance.now() - since < given.timeout / 2));
    stream.write(given.unfinished);
  };
  try {
    const opening: Promise<void>[] = [];
    for (let index = 0; index < held && refusedBefore < beyond && fault === undefined; index++) {
      opening.push(turn(hold));
      if (performance.now() - started > given.timeout * 0.7)
        fault ??= `${holding.size} of ${held} requests could be sent before the first was out of time`;
      const ahead = ((index - given.free) * 1000) / pace - (performance.now() - started);
      if (ahead > 4) await delay(ahead);
    }
    await Promise.all(opening);
    if (performance.now() - started > given.timeout * 0.8)
      fault ??= `${held} requests could not be sent before the first was out of time`;
    await delay(100);
    if (fault !== undefined) throw new Error(fault);
    const before = refusedBefore;
    const more = Array.from({ length: beyond }, async (_, index): Promise<'answered' | 'refused' | 'waiting'> => {
      await delay((index * 1000) / pace);
      return lastly(open, given.whole, patience);
    });
    const [ends, ready] = await Promise.all([Promise.all(more), given.ready()]);
    const of = (end: string): number => ends.filter((one) => one === end).length;
    return {
      held: holding.size,
      refusedBefore: before,
      answered: of('answered'),
      refused: of('refused'),
      waiting: of('waiting'),
      ready,
    };
  } finally {
    for (const stream of [...holding]) {
      holding.delete(stream);
      stream.destroy();
    }
  }
}

async function lastly(
  open: () => Promise<Duplex>,
  request: string,
  patience: number,
): Promise<'answered' | 'refused' | 'waiting'> {
  const stream = await open().catch(() => null);
  if (stream === null) return 'refused';
  return new Promise((resolve) => {
    const timer = setTimeout(() => end('waiting'), patience);
    const end = (how: 'answered' | 'refused' | 'waiting'): void => {
      clearTimeout(timer);
      stream.destroy();
      resolve(how);
    };
    stream.on('error', () => undefined);
    stream.once('data', (bytes: Uint8Array) => {
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(Buffer.from(bytes).toString('latin1'))?.[1];
      end(status === '429' || status === '503' ? 'refused' : 'answered');
    });
    stream.once('close', () => end('refused'));
    stream.write(request);
  });
}
