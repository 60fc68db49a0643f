import type { Duplex } from 'node:stream';
import type { ProbeEnd } from '../../facts/service-probe.ts';

/** Milliseconds between two drops of a request that never ends. */
const drop = 400;

/**
 * Sends the beginning of a request and then a drop now and then, until the other side closes or `limit` milliseconds
 * are over.
 */
export function dribble(stream: Duplex, beginning: string, next: string, limit: number): Promise<ProbeEnd> {
  return new Promise((resolve) => {
    const started = performance.now();
    let heard = '';
    const status = (): number | null => {
      const found = /^HTTP\/1\.[01] (\d{3})/.exec(heard)?.[1];
      return found === undefined ? null : Number(found);
    };
    const drops = setInterval(() => stream.write(next), drop);
    const over = (closedAfter: number | null): void => {
      clearInterval(drops);
      clearTimeout(end);
      resolve({ closedAfter, status: status() });
      stream.destroy();
    };
    const closed = (): void => over(Math.round(performance.now() - started));
    const end = setTimeout(() => over(null), limit);
    stream.on('data', (bytes: Uint8Array) => {
      if (heard.length < 64) heard += Buffer.from(bytes).toString('latin1').slice(0, 64);
    });
    stream.once('end', closed);
    stream.once('close', closed);
    stream.on('error', () => undefined);
    stream.write(beginning);
  });
}
