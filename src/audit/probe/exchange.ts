import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProbeOutcome } from '../../facts/service-probe.ts';

/** Milliseconds that are left for an answer to the headers alone. */
const early = 60;

/** One request. */
export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Pieces of the body, sent until an answer comes. */
  readonly body?: Iterable<Uint8Array>;
  /** The request is never ended: its answer must come before. */
  readonly unfinished?: boolean;
  /** Milliseconds to wait for an answer. */
  readonly patience: number;
}

export interface Exchanged {
  readonly outcome: ProbeOutcome;
  readonly header: (name: string) => string | null;
}

/** Sends a request over a stream of its own, and closes that. An answer may come before the request is whole. */
export async function exchange(stream: Duplex, given: Exchange): Promise<Exchanged> {
  const { method, path, headers, body = [], unfinished = false, patience } = given;
  let sent = 0;
  let over = false;
  const asked = request({
    method,
    path,
    headers: { 'User-Agent': 'valops-audit', Connection: 'close', ...headers },
    createConnection: () => stream,
  });
  const answered = new Promise<Exchanged>((settle) => {
    const resolve = (exchanged: Exchanged): void => {
      over = true;
      settle(exchanged);
    };
    const none = (): null => null;
    const timer = setTimeout(() => resolve({ outcome: { end: 'silent', sent }, header: none }), patience);
    const closed = (): void => {
      clearTimeout(timer);
      resolve({ outcome: { end: 'closed', sent }, header: none });
    };
    asked.once('response', (response) => {
      clearTimeout(timer);
      response.resume();
      response.on('error', () => undefined);
      resolve({
        outcome: { end: 'answered', status: response.statusCode ?? 0, sent },
        header: (name) => [response.headers[name.toLowerCase()] ?? []].flat().join(', ') || null,
      });
    });
    // a reset may overtake an answer that is being read
    asked.on('error', () => void delay(20).then(closed));
    asked.once('close', closed);
  });
  const send = async (): Promise<void> => {
    asked.flushHeaders();
    for (const piece of body) {
      // lets an early answer in: it is lost when its sender closes while more is on the way
      await Promise.race([answered, delay(sent === 0 ? early : 0)]);
      if (over || asked.destroyed) return;
      const room = asked.write(piece);
      sent += piece.length;
      if (!room) await Promise.race([answered, new Promise((resolve) => asked.once('drain', resolve))]);
    }
    if (!unfinished && !over) asked.end();
  };
  try {
    await Promise.race([send(), answered]);
    return await answered;
  } finally {
    asked.destroy();
    stream.destroy();
  }
}
