import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What the fake answers: a body for `GET path`, or for `POST method` of JSON-RPC; a function is called each time. */
export type FakeAnswers = Readonly<Record<string, string | (() => string)>>;

/** An RPC on the loopback of this machine for one test. Gives its address. */
export async function fakeRpc(answers: FakeAnswers): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const method = /"method":"(\w+)"/.exec(body)?.[1];
      const answer = answers[method ?? request.url ?? ''];
      response.statusCode = answer === undefined ? 404 : 200;
      response.setHeader('Content-Type', 'application/json');
      response.end(typeof answer === 'function' ? answer() : (answer ?? 'not found'));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
