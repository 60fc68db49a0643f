import { createHash } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { makeAuthority, type Certified } from './authority.ts';

/** How the server goes wrong. Byte counts are of the body. */
export type Fault =
  | { readonly kind: 'bit-flip'; readonly at?: number }
  /** Ends after `after` bytes: with the length of what is sent, in chunks, or by breaking the connection. */
  | { readonly kind: 'truncate'; readonly after: number; readonly framing: 'length' | 'chunked' | 'broken' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** An error page with 200; `type` is its content type, none when empty. */
  | { readonly kind: 'page'; readonly type: string; readonly html?: string }
  | { readonly kind: 'oversize'; readonly extra: number; readonly framing: 'length' | 'chunked' }
  | { readonly kind: 'endless' }
  /** `bytes` every `every` milliseconds. */
  | { readonly kind: 'slow'; readonly bytes: number; readonly every: number }
  | { readonly kind: 'stall'; readonly after: number }
  /** Takes the question and never answers. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  /** Breaks the connection after the first `after` bytes of each answer. */
  | { readonly kind: 'reset'; readonly after: number }
  | { readonly kind: 'wrong-range' }
  | { readonly kind: 'no-ranges' }
  | { readonly kind: 'gzip' }
  /** No length and no chunks: the end of the connection is the end of the file. */
  | { readonly kind: 'unframed' };

/** One question that the server got. */
export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface ReleaseServer {
  /** `https://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The same server by name, which makes it another origin: `https://localhost:PORT`. */
  readonly otherOrigin: string;
  /** PEM of the authority behind its certificate, and a file that holds it. */
  readonly ca: string;
  readonly caPath: string;
  readonly asked: readonly Asked[];
  /** Serves bytes under a path, with a strong entity tag and ranges; empty headers are left out. Answers the address. */
  publish(path: string, bytes: Uint8Array, headers?: Readonly<Record<string, string>>): string;
  /** Goes wrong with a path, `times` times; always unless given. The latest fault counts, and none restores order. */
  misbehave(path: string, fault?: Fault, times?: number): void;
  /**
   * Serves a release as the API of GitHub does, below `<origin>/api`, which is answered. With a token
   * nothing is shown without it, and assets are handed out by a redirect to another origin.
   */
  github(repository: string, tag: string, assets: Readonly<Record<string, Uint8Array>>, token?: string): string;
  /** Forgets what it serves, how it goes wrong and what it was asked. */
  reset(): void;
  stop(): Promise<void>;
}

interface Published {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ReleaseServerOptions {
  /** Plain http. */
  readonly insecure?: boolean;
  /** Names in its certificate, as in subjectAltName. */
  readonly names?: readonly string[];
  /** Days until its certificate ends. */
  readonly days?: number;
  /** Its certificate is from another authority than `ca`. */
  readonly strange?: boolean;
}

/** Starts a server on loopback that serves releases over TLS and can misbehave. Needs openssl. */
export async function startReleaseServer(options: ReleaseServerOptions = {}): Promise<ReleaseServer> {
  const authority = makeAuthority();
  const certified = certificateFor(options, authority.certify);
  const files = new Map<string, Published>();
  const faults = new Map<string, { readonly fault: Fault; left: number }>();
  const guarded = new Map<string, string>();
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    asked.push({ path, headers: request.headers });
    response.on('error', () => undefined);
    const token = guarded.get(path);
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return refuse(response, 404);
    const found = files.get(path);
    const entry = faults.get(path);
    if (entry !== undefined && entry.left > 0) {
      entry.left--;
      return misbehaving(entry.fault, found, request, response, timers);
    }
    if (found === undefined) return refuse(response, 404);
    answer(found, request, response);
  }

  const server =
    options.insecure === true ? createHttpServer(serve) : createHttpsServer({ ...certified, keepAlive: true }, serve);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const scheme = options.insecure === true ? 'http' : 'https';
  const origin = `${scheme}://127.0.0.1:${port}`;
  const otherOrigin = `${scheme}://localhost:${port}`;

  const publish: ReleaseServer['publish'] = (path, bytes, headers = {}) => {
    files.set(path, { bytes, headers });
    return `${origin}${path}`;
  };

  return {
    origin,
    otherOrigin,
    ca: authority.ca,
    caPath: authority.caPath,
    asked,
    publish,
    misbehave(path, fault, times = Number.POSITIVE_INFINITY) {
      if (fault === undefined) faults.delete(path);
      else faults.set(path, { fault, left: times });
    },
    github(repository, tag, assets, token) {
      const described = Object.entries(assets).map(([name, bytes], index) => {
        const api = `/api/repos/${repository}/releases/assets/${index + 1}`;
        const web = `/${repository}/releases/download/${tag}/${name}`;
        if (token === undefined) publish(web, bytes);
        else {
          guarded.set(api, token);
          publish(`/storage/${index + 1}?signature=secret`, bytes);
          faults.set(api, {
            fault: { kind: 'redirect', to: `${otherOrigin}/storage/${index + 1}?signature=secret` },
            left: Number.POSITIVE_INFINITY,
          });
        }
        return { name, url: `${origin}${api}`, browser_download_url: `${origin}${web}`, size: bytes.length };
      });
      const path = `/api/repos/${repository}/releases/tags/${encodeURIComponent(tag)}`;
      if (token !== undefined) guarded.set(path, token);
      publish(path, Buffer.from(JSON.stringify({ id: 1, tag_name: tag, draft: false, assets: described })), {
        'content-type': 'application/json; charset=utf-8',
      });
      return `${origin}/api`;
    },
    reset() {
      for (const table of [files, faults, guarded]) table.clear();
      asked.length = 0;
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      authority.remove();
    },
  };
}

function certificateFor(
  { names = ['IP:127.0.0.1', 'DNS:localhost'], days, strange, insecure }: ReleaseServerOptions,
  certify: (names: readonly string[], days?: number) => Certified,
): Certified | undefined {
  if (insecure === true) return undefined;
  if (strange !== true) return certify(names, days);
  const other = makeAuthority();
  try {
    return other.certify(names, days);
  } finally {
    other.remove();
  }
}

/** A header that is published empty is not sent. */
function withoutEmpty(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`;
}

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'text/html', ...headers });
  response.end(`<!DOCTYPE html>\n<html><title>${status}</title></html>\n`);
}

/** Serves a file as it should be: whole, or the range that was asked for when the entity tag fits. */
function answer({ bytes, headers }: Published, request: IncomingMessage, response: ServerResponse): void {
  const etag = headers['etag'] ?? etagOf(bytes);
  const common = withoutEmpty({
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag,
    ...headers,
  });
  const validators = [etag, headers['last-modified']];
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  if (from === undefined || !validators.includes(String(request.headers['if-range']))) {
    response.writeHead(200, { ...common, 'content-length': bytes.length });
    response.end(bytes);
    return;
  }
  if (Number(from) >= bytes.length) {
    response.writeHead(416, { ...common, 'content-range': `bytes */${bytes.length}`, 'content-length': 0 });
    response.end();
    return;
  }
  const rest = bytes.subarray(Number(from));
  const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  response.writeHead(206, { ...common, 'content-range': range, 'content-length': rest.length });
  response.end(rest);
}

function misbehaving(
  fault: Fault,
  found: Published | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  timers: Set<NodeJS.Timeout>,
): void {
  const bytes = found?.bytes ?? new Uint8Array(100_000).fill(7);
  const etag = etagOf(bytes);
  const plain = { 'content-type': 'application/octet-stream', etag };
  const whole = { ...withoutEmpty({ ...plain, ...found?.headers }), 'content-length': bytes.length };
  const later = (work: () => void, every: number): void => {
    const timer = setInterval(work, every);
    timers.add(timer);
    response.on('close', () => clearInterval(timer));
  };
  /** Sends the head and some bytes, lets them leave, and then breaks the connection. */
  const thenBreak = (start: () => void): void => {
    start();
    setTimeout(() => response.socket?.destroy(), 50);
  };
  switch (fault.kind) {
    case 'bit-flip': {
      const flipped = Uint8Array.from(bytes);
      const at = fault.at ?? Math.floor(bytes.length / 2);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      return answer({ bytes: flipped, headers: { etag } }, request, response);
    }
    case 'truncate': {
      const some = bytes.subarray(0, fault.after);
      if (fault.framing === 'broken') {
        return thenBreak(() => {
          response.writeHead(200, whole);
          response.write(some);
        });
      }
      response.writeHead(200, fault.framing === 'length' ? { ...plain, 'content-length': some.length } : plain);
      response.end(some);
      return undefined;
    }
    case 'status':
      return refuse(response, fault.status, fault.headers);
    case 'page': {
      const html = fault.html ?? '<!DOCTYPE html>\n<html><body>503 try later</body></html>\n';
      response.writeHead(200, fault.type === '' ? {} : { 'content-type': fault.type });
      response.end(html);
      return undefined;
    }
    case 'oversize': {
      const more = Buffer.concat([bytes, new Uint8Array(fault.extra)]);
      response.writeHead(200, fault.framing === 'length' ? { ...plain, 'content-length': more.length } : plain);
      response.end(more);
      return undefined;
    }
    case 'endless': {
      response.writeHead(200, plain);
      const block = new Uint8Array(64 * 1024).fill(1);
      const more = (): void => {
        while (!response.destroyed && response.write(block));
      };
      response.on('drain', more);
      return more();
    }
    case 'slow': {
      response.writeHead(200, whole);
      let sent = 0;
      return later(() => {
        response.write(bytes.subarray(sent, sent + fault.bytes));
        sent += fault.bytes;
      }, fault.every);
    }
    case 'stall':
      response.writeHead(200, whole);
      response.write(bytes.subarray(0, fault.after));
      return undefined;
    case 'silent':
      return undefined;
    case 'redirect':
      response.writeHead(fault.status ?? 302, { location: fault.to });
      response.end('moved');
      return undefined;
    case 'reset': {
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const rest = bytes.subarray(from);
      if (rest.length <= fault.after) return answer({ bytes, headers: {} }, request, response);
      return thenBreak(() => {
        const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
        response.writeHead(from === 0 ? 200 : 206, {
          ...whole,
          ...(from === 0 ? {} : range),
          'content-length': rest.length,
        });
        response.write(rest.subarray(0, fault.after));
      });
    }
    case 'wrong-range': {
      if (request.headers.range === undefined) return answer({ bytes, headers: {} }, request, response);
      const range = `bytes 0-${bytes.length - 1}/${bytes.length}`;
      response.writeHead(206, { ...whole, 'content-range': range });
      response.end(bytes);
      return undefined;
    }
    case 'no-ranges':
      response.writeHead(200, whole);
      response.end(bytes);
      return undefined;
    case 'gzip': {
      const packed = gzipSync(bytes);
      response.writeHead(200, { ...plain, 'content-encoding': 'gzip', 'content-length': packed.length });
      response.end(packed);
      return undefined;
    }
    case 'unframed':
      response.socket?.end(
        Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nconnection: close\r\netag: ${etag}\r\n\r\n`), bytes]),
      );
      return undefined;
  }
}
