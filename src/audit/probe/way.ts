import type { Duplex } from 'node:stream';
import { connect as connectSocket, isIPv4, isIPv6 } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Host } from '../../core/host.ts';
import type { DeclaredService } from '../service-declared.ts';

/** How a service is reached, whatever lies between. */
export interface Way {
  /** For the header `Host`. */
  readonly authority: string;
  /** Undefined: plain HTTP. */
  readonly tls: { readonly name: string; readonly ca: string | undefined } | undefined;
  /** Streams at once at most. */
  readonly most: number;
  /** A new stream to it, before TLS. */
  readonly raw: () => Promise<Duplex>;
}

/** Milliseconds for a connection. */
const patience = 3000;

/**
 * The way to a declared service: a loopback address and a Unix socket are those of the host, through its connection;
 * everything else is reached from here. Throws an Error whose message says why there is none.
 */
export async function wayToService(service: DeclaredService, host: Host, ca: string | undefined): Promise<Way> {
  const url = service.url === undefined ? undefined : new URL(service.url);
  const name = url?.hostname.replace(/^\[|\]$/g, '') ?? 'localhost';
  const port = url === undefined ? 0 : Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const way = {
    authority: url?.host ?? 'localhost',
    tls: url?.protocol === 'https:' ? { name, ca } : undefined,
  };
  const own = url === undefined || isLoopback(name);
  if (own && host.kind === 'ssh') {
    const place =
      service.socket === undefined
        ? { address: name === 'localhost' ? '127.0.0.1' : name, port }
        : { socket: service.socket };
    const through = await host.wayTo?.(place);
    if (through === undefined || through === null)
      throw new Error('the connection to the host leads to none of its own services: it forwards nothing');
    return { ...way, most: through.most, raw: through.open };
  }
  const to = service.socket === undefined ? { host: name, port, noDelay: true } : { path: service.socket };
  return { ...way, most: Number.POSITIVE_INFINITY, raw: () => open(to) };
}

function open(to: { readonly path: string } | { readonly host: string; readonly port: number }): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket(to);
    const timer = setTimeout(() => socket.destroy(new Error('no connection within 3 s')), patience);
    socket.once('error', reject);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('close', () => clearTimeout(timer));
  });
}

/** A new stream to the service, over TLS where it speaks that. Its certificate is judged apart: here it may be any. */
export async function openStream(way: Way): Promise<Duplex> {
  const raw = await way.raw();
  // whoever waits for it hears of errors by its end
  raw.on('error', () => undefined);
  return way.tls === undefined ? raw : (await secure(raw, way.tls)).stream;
}

/**
 * TLS over a stream. `fault` says why the certificate would not be trusted. Throws an Error when the other side
 * takes none of the versions offered, and after 3 s.
 */
export function secure(
  raw: Duplex,
  { name, ca }: NonNullable<Way['tls']>,
  versions: Pick<ConnectionOptions, 'minVersion' | 'maxVersion' | 'ciphers'> = {},
): Promise<{ readonly stream: Duplex; readonly fault: string | null; readonly validTo: string | null }> {
  return new Promise((resolve, reject) => {
    const servername = isIPv4(name) || isIPv6(name) ? {} : { servername: name };
    const stream = connectTls({
      socket: raw,
      host: name,
      ...servername,
      ...versions,
      ...(ca === undefined ? {} : { ca }),
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    const timer = setTimeout(() => stream.destroy(new Error('no TLS within 3 s')), patience);
    const over = (): void => {
      clearTimeout(timer);
      raw.destroy();
      reject(new Error('the connection was closed during TLS'));
    };
    stream.once('error', (error) => {
      clearTimeout(timer);
      raw.destroy();
      reject(error);
    });
    stream.once('close', over);
    stream.once('secureConnect', () => {
      clearTimeout(timer);
      stream.off('close', over);
      stream.on('error', () => undefined);
      const { valid_to: end } = stream.getPeerCertificate();
      const fault = stream.authorizationError as Error | string | null | undefined;
      const time = new Date(end);
      resolve({
        stream,
        fault: fault instanceof Error ? fault.message : (fault ?? null),
        validTo: Number.isNaN(time.getTime()) ? null : time.toISOString(),
      });
    });
  });
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || /^127(\.\d{1,3}){3}$/.test(name) || name === '::1';
}
