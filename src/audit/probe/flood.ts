import type { Duplex } from 'node:stream';

/** Requests written over and over, as they are answered. */
export interface Flood {
  readonly open: () => Promise<Duplex>;
  /** One whole request, without a body or with a small one. */
  readonly request: string;
  /** Streams at once. */
  readonly streams: number;
  /** Milliseconds. */
  readonly lasting: number;
  /** Requests at most, all streams together. */
  readonly most: number;
}

export interface Flooded {
  readonly answered: number;
  /** Answered with 429 or 503, or closed without any answer. */
  readonly refused: number;
  readonly seconds: number;
}

/** Requests that are on their way at once in one stream. */
const depth = 8;

/** Sends requests as fast as they are answered, in a bounded number. A stream that is closed is opened again. */
export async function flood({ open, request, streams, lasting, most }: Flood): Promise<Flooded> {
  const started = performance.now();
  let [sent, answered, refused, failures] = [0, 0, 0, 0];
  const over = (): boolean => performance.now() - started >= lasting || sent >= most || failures > streams * 4;
  const count = (status: string): void => {
    if (status === '429' || status === '503') refused++;
    else answered++;
  };
  const one = async (): Promise<void> => {
    while (!over()) {
      const stream = await open().catch(() => null);
      if (stream === null) {
        failures++;
        continue;
      }
      const { waiting, counted } = await pour(stream);
      // whoever closes after each answer refuses nothing
      if (counted > 0) continue;
      if (waiting > 0 && !over()) refused++;
      failures++;
    }
  };
  const pour = (stream: Duplex): Promise<{ readonly waiting: number; readonly counted: number }> =>
    new Promise((resolve) => {
      let [waiting, counted, rest] = [0, 0, ''];
      const more = (): void => {
        let batch = '';
        while (waiting < depth && !over()) {
          batch += request;
          waiting++;
          sent++;
        }
        if (batch !== '') stream.write(batch);
      };
      const done = (): void => {
        clearTimeout(timer);
        stream.destroy();
        resolve({ waiting, counted });
      };
      const timer = setTimeout(done, Math.max(0, started + lasting - performance.now()));
      stream.on('data', (bytes: Uint8Array) => {
        const text = rest + Buffer.from(bytes).toString('latin1');
        let end = 0;
        for (const found of text.matchAll(/HTTP\/1\.[01] (\d{3})/g)) {
          count(found[1] ?? '');
          counted++;
          waiting--;
          end = found.index + found[0].length;
        }
        rest = text.slice(Math.max(end, text.length - 11));
        if (over() && waiting <= 0) done();
        else more();
      });
      stream.once('end', done);
      stream.once('close', done);
      stream.on('error', () => undefined);
      more();
    });
  await Promise.all(Array.from({ length: streams }, one));
  return { answered, refused, seconds: (performance.now() - started) / 1000 };
}
