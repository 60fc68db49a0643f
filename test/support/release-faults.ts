import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** How the server goes wrong. Byte counts are of the body. */
export type Fault =
  | { readonly kind: 'bit-flip'; readonly at?: number }
  /** Ends after `after` bytes: with the length of what is sent, in chunks, or by breaking the connection. */
  | { readonly kind: 'truncate'; readonly after: number; readonly framing: 'length' | 'chunked' | 'broken' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** An error page with 200, in chunks unless its length is announced; `type` is its content type, none when empty. */
  | { readonly kind: 'page'; readonly type: string; readonly html?: string; readonly framing?: 'length' }
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

/** A file as it is served. */
export interface Published {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** A header that is published empty is not sent. */
function withoutEmpty(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`;
}

/** Answers with a status and a page of HTML. */
export function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'text/html', ...headers });
  response.end(`<!DOCTYPE html>\n<html><title>${status}</title></html>\n`);
}

/** Serves a file as it should be: whole, or the range that was asked for when the entity tag fits. */
export function answer({ bytes, headers }: Published, request: IncomingMessage, response: ServerResponse): void {
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

/** Answers wrongly. Timers that outlive the answer are added to `timers`. */
export function misbehaving(
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
      const length = fault.framing === 'length' ? { 'content-length': String(Buffer.byteLength(html)) } : {};
      response.writeHead(200, withoutEmpty({ 'content-type': fault.type, ...length }));
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
