import type { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Fact } from '../../core/fact.ts';
import type { ProbeOutcome, ServiceProbe, TlsVersion } from '../../facts/service-probe.ts';
import type { DeclaredService } from '../service-declared.ts';
import { blanks, denseGzip, inPieces, largeGzip } from './bodies.ts';
import { exchange, type Exchange, type Exchanged } from './exchange.ts';
import { flood } from './flood.ts';
import { saturate } from './saturate.ts';
import { dribble } from './slow.ts';
import { turns } from './turns.ts';
import { openStream, secure, type Way } from './way.ts';

type Value<K extends keyof ServiceProbe> = Extract<ServiceProbe[K], { known: true }>['value'];

/** Requests beyond a limit; requests held, or sent in a burst, at most. */
const [beyond, mostHeld, mostSent] = [16, 1000, 4000];

/** Milliseconds after which no burst is begun any more. */
const longest = 12_000;

/** Milliseconds. */
export interface ProbeTimes {
  /** For one answer. */
  readonly answer: number;
  /** Beyond the declared timeout, for a request that comes too slowly. */
  readonly slow: number;
  /** For requests beyond the limit. */
  readonly beyond: number;
  /** Of the burst. */
  readonly burst: number;
}

const usualTimes: ProbeTimes = { answer: 2500, slow: 1500, beyond: 1200, burst: 2000 };

/** An origin that is nobody's (RFC 6761). */
const stranger = 'https://stranger.invalid';

/**
 * Asks a service for real what it takes and what it refuses, in three steps: one request of each kind, side by side;
 * as many held open as it may take, and 16 more; a burst of at most 4000. It takes below 15 s. Nothing that is sent
 * can mean an order to it but its declared sample and blanks.
 *
 * Throws an Error when it cannot be reached at all.
 */
export async function probeService(service: DeclaredService, way: Way, times = usualTimes): Promise<ServiceProbe> {
  const began = performance.now();
  const { caps, sample, bodyPath, readyPath } = service;
  const turn = turns(way.most);
  const open = (): Promise<Duplex> => openStream(way);
  const send = (given: Partial<Exchange> & Pick<Exchange, 'path'>): Promise<Exchanged> =>
    turn(async () =>
      exchange(await open(), {
        method: 'GET',
        patience: times.answer,
        ...given,
        headers: { Host: way.authority, ...given.headers },
      }),
    );
  const post = async (
    headers: Exchange['headers'],
    body: Iterable<Uint8Array>,
    unfinished = false,
  ): Promise<ProbeOutcome> =>
    (
      await send({
        method: 'POST',
        path: bodyPath,
        headers: { 'Content-Type': 'application/json', ...headers },
        body,
        unfinished,
      })
    ).outcome;
  const statusOf = async (path: string): Promise<number | null> => {
    const { outcome } = await send({ path });
    return outcome.end === 'answered' ? outcome.status : null;
  };

  // whether anybody is there: it throws. What answers nothing is spared the rest
  await turn(async () => (await way.raw()).destroy());
  if ((await statusOf(readyPath)) === null) throw new Error(`it takes connections, but ${readyPath} gives no answer`);
  const small = Buffer.from(sample);
  const packed = gzipSync(small);
  const large = largeGzip(sample, caps);
  const dense = denseGzip(sample, caps);
  const withLength = (bytes: Uint8Array | number): Exchange['headers'] => ({
    'Content-Length': String(typeof bytes === 'number' ? bytes : bytes.length),
  });
  const gzip = (bytes: Uint8Array): Promise<ProbeOutcome> =>
    post({ 'Content-Encoding': 'gzip', ...withLength(bytes) }, inPieces(bytes));
  const tooMuch = caps.body + 64 * 1024;

  const [ready, headers, tls, body, gzipped, slow] = await Promise.all([
    tell(async (): Promise<Value<'ready'>> => {
      const [status, neighbour] = await Promise.all([
        statusOf(readyPath),
        statusOf(`${readyPath}-${Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('hex')}`),
      ]);
      if (status === null) throw new Error(`${readyPath} gave no answer`);
      return { status, neighbour: neighbour ?? 0 };
    }),
    tell(async (): Promise<Value<'headers'>> => {
      const { outcome, header } = await send({ path: readyPath, headers: { Origin: stranger } });
      if (outcome.end !== 'answered') throw new Error(`${readyPath} gave no answer`);
      return {
        hsts: header('strict-transport-security'),
        contentTypeOptions: header('x-content-type-options'),
        allowOrigin: header('access-control-allow-origin'),
        allowCredentials: header('access-control-allow-credentials'),
      };
    }),
    tell(() => askTls(way, turn)),
    tell(async (): Promise<Value<'body'>> => {
      const [one, announced, unannounced] = await Promise.all([
        post(withLength(small), [small]),
        post(withLength(caps.body * 4 + 1024), [small, ...blanks(tooMuch)], true),
        post({ 'Transfer-Encoding': 'chunked' }, [small, ...blanks(tooMuch)], true),
      ]);
      return { small: one, announced, unannounced };
    }),
    tell(async (): Promise<Value<'gzip'>> => {
      const [one, broken, two, three] = await Promise.all([
        gzip(packed),
        gzip(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff])),
        gzip(dense),
        large === null ? null : gzip(large),
      ]);
      return { small: one, broken, dense: two, large: three };
    }),
    tell(async (): Promise<Value<'slow'>> => {
      const limit = caps.timeout * 1000 + times.slow;
      if (limit > 10_000) throw new Error(`a timeout of ${caps.timeout} s is longer than an audit waits`);
      const beginning = head('POST', bodyPath, way.authority);
      const drip = (start: string, next: string): ReturnType<typeof dribble> =>
        turn(async () => dribble(await open(), start, next, limit));
      const [one, two] = await Promise.all([
        drip(beginning, 'X-Slow: 1\r\n'),
        drip(`${beginning}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`, ' '),
      ]);
      return { headers: one, body: two };
    }),
  ]);

  const plain = `${head('POST', bodyPath, way.authority)}Content-Type: application/json\r\n`;
  const whole = `${plain}Content-Length: ${small.length}\r\n\r\n${sample}`;
  const concurrency = await tell(async (): Promise<Value<'concurrency'>> => {
    const { inflight, rate, burst, timeout } = caps;
    if (body.known && body.value.small.end !== 'answered') throw new Error('a small body gets no answer');
    const pace = Math.max(1, rate * 0.8);
    if (way.most < inflight + beyond + 1)
      throw new Error(`the host lets through ${way.most} connections at once, too few to reach ${inflight} requests`);
    if (inflight > mostHeld)
      throw new Error(`an audit holds no more than ${mostHeld} requests, the limit is ${inflight}`);
    const free = Math.max(0, burst / 2 - beyond);
    const taking = (inflight + beyond - free) / pace;
    if (taking + times.beyond / 1000 > timeout)
      throw new Error(`${inflight} requests cannot be held at ${rate} a second for ${timeout} s`);
    return saturate({
      open,
      unfinished: `${plain}Content-Length: ${small.length + 8}\r\n\r\n${sample}`,
      whole,
      held: inflight,
      beyond,
      pace,
      free,
      timeout: timeout * 1000,
      patience: times.beyond,
      ready: () => statusOf(readyPath),
    });
  });
  const rated = await tell(async (): Promise<Value<'rate'>> => {
    if (performance.now() - began > longest)
      throw new Error('the steps before took too long: try it when the host is idle');
    const { rate, burst } = caps;
    const most = Math.ceil((burst + (rate * times.burst) / 1000) * 1.3) + beyond;
    if (most > mostSent)
      throw new Error(`an audit sends no more than ${mostSent} requests in a burst, ${most} are needed`);
    return flood({ open, request: whole, streams: Math.min(16, way.most), lasting: times.burst, most });
  });
  const after = await tell(async (): Promise<Value<'after'>> => {
    // a bucket of requests fills again
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { status: await statusOf(readyPath) };
  });
  return { ready, headers, tls, body, gzip: gzipped, slow, concurrency, rate: rated, after };
}

function head(method: string, path: string, authority: string): string {
  return `${method} ${path} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: valops-audit\r\n`;
}

async function tell<T>(ask: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (error) {
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function askTls(way: Way, turn: ReturnType<typeof turns>): Promise<Value<'tls'>> {
  const { tls } = way;
  if (tls === undefined) throw new Error('it speaks plain HTTP');
  // a client refuses old versions by itself, unless its level of security is lowered
  const offers: Readonly<Record<TlsVersion, 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'>> = {
    '1.0': 'TLSv1',
    '1.1': 'TLSv1.1',
    '1.2': 'TLSv1.2',
    '1.3': 'TLSv1.3',
  };
  const takes = async (version: keyof typeof offers): Promise<boolean> => {
    const offer = offers[version];
    const old = version === '1.0' || version === '1.1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {};
    return turn(async () => {
      const raw = await way.raw();
      raw.on('error', () => undefined);
      try {
        (await secure(raw, tls, { minVersion: offer, maxVersion: offer, ...old })).stream.destroy();
        return true;
      } catch {
        return false;
      }
    });
  };
  const [first, oldest, old, usual, newest] = await Promise.all([
    turn(async () => secure(await way.raw(), tls)),
    takes('1.0'),
    takes('1.1'),
    takes('1.2'),
    takes('1.3'),
  ]);
  first.stream.destroy();
  return {
    versions: { '1.0': oldest, '1.1': old, '1.2': usual, '1.3': newest },
    fault: first.fault,
    validTo: first.validTo,
  };
}
