import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { makeAuthority, type Certified } from './authority.ts';
import { answer, misbehaving, refuse, type Fault, type Published } from './release-faults.ts';

export type { Fault } from './release-faults.ts';

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
