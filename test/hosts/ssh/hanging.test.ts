import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { addressOf, makeHosts, reaching } from '../../support/hosts.ts';
import { sshdProgram, startSshd, type Sshd } from '../../support/sshd.ts';
import { listen, proxyTo } from '../../support/tcp.ts';

const stepTimeout = 700;

describe.runIf(sshdProgram !== undefined).each(['ssh2', 'openssh'] as const)(
  '%s, a host that hangs (needs sshd)',
  (transport) => {
    let sshd: Sshd;
    beforeAll(async () => {
      sshd = await startSshd();
    });
    afterAll(() => sshd.stop());

    /** The error of connecting to a port of loopback as a host called "slow". */
    async function failureAt(port: number, via: Sshd = sshd): Promise<unknown> {
      const { hosts } = makeHosts({
        inventory: { slow: { address: '127.0.0.1', port, user: via.user } },
        ...reaching(via),
        transport,
        stepTimeout,
      });
      return hosts.connect('slow').then(
        async (host) => {
          await host.close();
          return 'it connected';
        },
        (error: unknown) => error,
      );
    }

    /** HOST_TIMEOUT of the host, in a step. */
    const timeoutIn = (step: string): object => ({
      code: 'HOST_TIMEOUT',
      message: expect.stringMatching(new RegExp(`^"slow" .*\\(step: ${step}`)),
    });

    test('before it accepts the connection', async () => {
      const port = await silentPort();
      expect(await failureAt(port)).toMatchObject(timeoutIn('TCP connection'));
    });

    test('after it accepted', async () => {
      const server = await listen(() => undefined);
      onTestFinished(server.stop);
      expect(await failureAt(server.port)).toMatchObject(timeoutIn('identification of the server'));
    });

    test('after its identification', async () => {
      const server = await listen((socket) => socket.write('SSH-2.0-OpenSSH_9.9\r\n'));
      onTestFinished(server.stop);
      expect(await failureAt(server.port)).toMatchObject(timeoutIn('key exchange'));
    });

    test.each([
      ['Not allowed at this time', 'PerSourcePenalties'],
      ['Exceeded MaxStartups', 'MaxStartups'],
      ['HTTP/1.1 400 Bad Request', 'Check address and port'],
    ])('it says "%s" and hangs up: its words, and what to do', async (words, hint) => {
      const server = await listen((socket) => void socket.end(`${words}\r\n`));
      onTestFinished(server.stop);
      expect(await failureAt(server.port)).toMatchObject({
        code: 'HOST_UNREACHABLE',
        message: expect.stringContaining(`(step: identification of the server): it said "${words}"`),
        hint: expect.stringContaining(hint),
      });
    });

    test.each([10, 45, 600, 1200, 1500, 1700, 1900, 2100, 2400])('after %i bytes', async (bytes) => {
      const proxy = await proxyTo(sshd.port, bytes);
      onTestFinished(proxy.stop);
      expect(await failureAt(proxy.port)).toMatchObject(timeoutIn(''));
    });

    test('while it looks for the key', async () => {
      const slow = await startSshd({
        config: [
          'AuthorizedKeysFile none',
          'AuthorizedKeysCommand /bin/sleep 20',
          `AuthorizedKeysCommandUser ${sshd.user}`,
        ],
      });
      onTestFinished(slow.stop);
      expect(await failureAt(slow.port, slow)).toMatchObject(timeoutIn('authentication'));
    });

    test('instead of running the command', async () => {
      const slow = await startSshd({ config: ['ForceCommand sleep 20'] });
      onTestFinished(slow.stop);
      expect(await failureAt(slow.port, slow)).toMatchObject(timeoutIn('command'));
    });

    test('in the middle of a run: the connection counts as lost', async () => {
      const proxy = await proxyTo(sshd.port);
      onTestFinished(proxy.stop);
      const { hosts } = makeHosts({ ...reaching(sshd), transport, stepTimeout: 1500 });
      const host = await hosts.connect(addressOf({ user: sshd.user, port: proxy.port }));
      const running = host.run({ script: 'echo begun; sleep 30', as: 'user', timeout: 25_000 });
      setTimeout(proxy.freeze, 300);
      await expect(running).rejects.toMatchObject({ code: 'HOST_CONNECTION_LOST' });
      await host.close();
    });

    test('a connection to it is closed without waiting for its answer', async () => {
      const proxy = await proxyTo(sshd.port);
      onTestFinished(proxy.stop);
      const { hosts } = makeHosts({ ...reaching(sshd), transport, stepTimeout });
      const host = await hosts.connect(addressOf({ user: sshd.user, port: proxy.port }));
      const sockets = (): number => process.getActiveResourcesInfo().filter((one) => one === 'TCPSocketWrap').length;
      const before = sockets();
      proxy.freeze();
      await host.close();
      // that of OpenSSH is in a process of its own
      await expect.poll(sockets).toBe(transport === 'ssh2' ? before - 1 : before);
    });

    test('a connection that is cut in the middle of a run', async () => {
      const proxy = await proxyTo(sshd.port);
      onTestFinished(proxy.stop);
      const { hosts } = makeHosts({ ...reaching(sshd), transport });
      const host = await hosts.connect(addressOf({ user: sshd.user, port: proxy.port }));
      const running = host.run({ script: 'echo begun; sleep 30', as: 'user', timeout: 25_000 });
      setTimeout(proxy.cut, 300);
      await expect(running).rejects.toMatchObject({ code: 'HOST_CONNECTION_LOST' });
      await expect(host.run({ script: '', as: 'user', timeout: 1000 })).rejects.toMatchObject({
        code: 'HOST_CONNECTION_LOST',
      });
      await host.close();
    });
  },
);

/** A port whose queue of connections is full and which nobody empties: the kernel ignores further ones. */
async function silentPort(): Promise<number> {
  const script =
    "require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })";
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const port = await new Promise<number>((resolve) => {
    child.stdout.once('data', (line: Buffer) => resolve(Number(String(line))));
  });
  child.kill('SIGSTOP');
  for (let n = 0; n < 4; n++) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
  }
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  return port;
}
