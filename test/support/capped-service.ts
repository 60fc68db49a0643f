import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';
import type { Certified } from './authority.ts';

/** What a little service does to keep its limits; each can be left out. */
export interface Manners {
  readonly body?: number;
  readonly ratio?: number;
  readonly inflated?: number;
  /** Milliseconds for a whole request. */
  readonly timeout?: number;
  readonly inflight?: number;
  readonly rate?: number;
  readonly burst?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What a busy service says of its readiness; 503 unless given. */
  readonly busy?: number;
  /** What it says to paths it does not know; 404 unless given. */
  readonly stray?: number;
  /** What it says to a body that it took; 200 unless given. */
  readonly taken?: number;
  /** Answered to every POST at once, before its body; for example 401. */
  readonly login?: number;
  /** Requests after which it is not ready any more. */
  readonly unreadyAfter?: number;
  readonly certified?: Certified;
  readonly minVersion?: 'TLSv1' | 'TLSv1.2' | 'TLSv1.3';
  /** A Unix socket to listen on, in place of a port of loopback. */
  readonly socket?: string;
}

export interface CappedService {
  /** Undefined with a socket. */
  readonly url: string | undefined;
  readonly asked: () => number;
  stop(): Promise<void>;
}

/** Starts it on loopback. */
export async function startCappedService(manners: Manners): Promise<CappedService> {
  const { certified, timeout, minVersion } = manners;
  const limits = {
    headersTimeout: timeout ?? 60_000,
    requestTimeout: timeout ?? 60_000,
    connectionsCheckingInterval: 50,
  };
  let [inflight, asked] = [0, 0];
  let [tokens, last] = [manners.burst ?? 0, Date.now()];
  const listener: RequestListener = (request, response) => {
    asked++;
    for (const [name, value] of Object.entries(manners.headers ?? {})) response.setHeader(name, value);
    const busy = manners.inflight !== undefined && inflight >= manners.inflight;
    if (request.url === '/readyz') {
      const broken = manners.unreadyAfter !== undefined && asked > manners.unreadyAfter;
      return end(response, broken ? 503 : busy ? (manners.busy ?? 503) : 200);
    }
    if (request.url !== '/') return end(response, manners.stray ?? 404);
    if (manners.rate !== undefined) {
      const now = Date.now();
      tokens = Math.min(manners.burst ?? 0, tokens + ((now - last) * manners.rate) / 1000);
      last = now;
      if (tokens < 1) return end(response, 429);
      tokens--;
    }
    if (manners.login !== undefined) return end(response, manners.login);
    if (busy) return end(response, 503);
    inflight++;
    response.once('close', () => inflight--);
    take(request, response, manners);
  };
  const server: Server =
    certified === undefined
      ? createHttp(limits, listener)
      : createHttps(
          {
            ...limits,
            ...certified,
            minVersion: minVersion ?? 'TLSv1.2',
            ...(minVersion === 'TLSv1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
          },
          listener,
        );
  server.on('clientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => {
    if (manners.socket === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(manners.socket, resolve);
  });
  const address = server.address() as AddressInfo | string;
  return {
    url:
      typeof address === 'string'
        ? undefined
        : `${certified === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    asked: () => asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  if (status === 413) response.setHeader('Connection', 'close');
  response.end('{}');
}

function take(request: IncomingMessage, response: ServerResponse, { body, ratio, inflated, taken }: Manners): void {
  const most = body ?? Number.POSITIVE_INFINITY;
  if (Number(request.headers['content-length'] ?? 0) > most) return end(response, 413);
  let [came, grown, over] = [0, 0, false];
  const refuse = (): void => {
    over = true;
    end(response, 413);
  };
  const finished = (): void => {
    if (!over) end(response, taken ?? 200);
  };
  const count = (bytes: Buffer): void => {
    came += bytes.length;
    if (!over && came > most) refuse();
  };
  request.on('error', () => undefined);
  if (request.headers['content-encoding'] !== 'gzip') {
    request.on('data', count);
    request.on('end', finished);
    return;
  }
  const gunzip = createGunzip();
  request.on('data', count);
  gunzip.on('data', (bytes: Buffer) => {
    grown += bytes.length;
    const bomb =
      grown > (inflated ?? Number.POSITIVE_INFINITY) || grown > came * (ratio ?? Number.POSITIVE_INFINITY) + 4096;
    if (!over && bomb) refuse();
    if (over) gunzip.destroy();
  });
  gunzip.on('end', finished);
  gunzip.on('error', () => (over ? undefined : end(response, 400)));
  request.pipe(gunzip);
}
