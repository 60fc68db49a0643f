import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP server of a test on loopback. */
export interface TcpServer {
  readonly port: number;
  /** Breaks every connection. */
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
}

/** Listens on a port of the kernel's choice. */
export async function listen(serve: (socket: Socket) => void): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut,
    stop() {
      cut();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** Passes connections on to a port of loopback. */
export interface Proxy extends TcpServer {
  /** From now on nothing passes any more, in either direction, and nothing is closed. */
  readonly freeze: () => void;
}

/** A proxy which passes at most `limit` bytes of what the server says to each connection, then stalls. */
export async function proxyTo(port: number, limit = Number.POSITIVE_INFINITY): Promise<Proxy> {
  let frozen = false;
  const all = new Set<Socket>();
  const server = await listen((client) => {
    const upstream = connect(port, '127.0.0.1');
    all.add(client).add(upstream);
    let passed = 0;
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => passed < limit && !frozen && client.destroy());
    client.on('close', () => upstream.destroy());
    client.on('data', (chunk) => frozen || upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (frozen) return;
      const part = chunk.subarray(0, Math.max(0, limit - passed));
      passed += chunk.length;
      if (part.length > 0) client.write(part);
    });
  });
  return {
    ...server,
    freeze() {
      frozen = true;
      // who does not read does not see that the other end was closed either
      for (const socket of all) socket.pause();
    },
  };
}
