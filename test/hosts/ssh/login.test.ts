import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import { ValopsError } from '../../../src/lib/errors.ts';
import { addressOf, makeHosts } from '../../support/hosts.ts';
import { fingerprintOf, freePort, makeKey, sshdProgram, startSshd, type Sshd } from '../../support/sshd.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const transports = ['ssh2', 'openssh'] as const;

describe.runIf(sshdProgram !== undefined)('logging in (needs sshd)', () => {
  let sshd: Sshd;
  let locked: string;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'valops-test-'));
    locked = makeKey(directory, 'locked', 'ed25519', 'correct horse');
    sshd = await startSshd({ authorized: [`${locked}.pub`] });
  });
  afterAll(async () => {
    await sshd.stop();
    rmSync(directory, { recursive: true });
  });

  const noTerminal = {
    require: () => undefined,
    secret: ({ flag }: { flag: string }) => Promise.reject(new ValopsError('USAGE_NO_TERMINAL', `give ${flag}`)),
    text: () => Promise.reject(new Error('not asked')),
    yes: () => Promise.reject(new Error('not asked')),
  };

  test.each(transports)('%s: the login tells user, addresses and key', async (transport) => {
    const { hosts } = makeHosts({ key: sshd.key, hostKey: sshd.hostKey, transport });
    const host = await hosts.connect(addressOf(sshd));
    expect(host.login).toEqual({
      user: sshd.user,
      from: '127.0.0.1',
      to: { address: '127.0.0.1', port: sshd.port },
      keyFingerprint: fingerprintOf(`${sshd.key}.pub`),
    });
    expect(host.name).toBe(addressOf(sshd));
    await host.close();
  });

  test.each(transports)('%s: a key the host does not know is refused, and named', async (transport) => {
    const key = makeKey(temporaryDirectory(), 'stranger');
    const { hosts } = makeHosts({ key, hostKey: sshd.hostKey, transport });
    const error: unknown = await hosts.connect(addressOf(sshd)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'HOST_AUTH_FAILED' });
    expect(String(error)).toContain(fingerprintOf(`${key}.pub`));
    expect(String(error)).toContain(`user "${sshd.user}"`);
  });

  test.each(transports)('%s: nobody listens', async (transport) => {
    const { hosts } = makeHosts({ key: sshd.key, hostKey: sshd.hostKey, transport });
    const error: unknown = await hosts
      .connect(addressOf({ ...sshd, port: await freePort() }))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'HOST_UNREACHABLE', message: expect.stringMatching(/refused/) });
  });

  test('a named key that is not there', async () => {
    const { hosts } = makeHosts({ key: '/nonexistent/key', hostKey: sshd.hostKey });
    await expect(hosts.connect(addressOf(sshd))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  test('the passphrase of a key comes from its descriptor, and serves a new login too', async () => {
    let reads = 0;
    const streams = { readDescriptor: (fd: number) => ((reads += fd), Buffer.from('correct horse')) } as never;
    const { hosts } = makeHosts(
      { key: locked, hostKey: sshd.hostKey, passphraseFd: 1 },
      { streams, prompt: noTerminal },
    );
    const host = await hosts.connect(addressOf(sshd));
    expect(host.login.keyFingerprint).toBe(fingerprintOf(`${locked}.pub`));
    const again = await host.reconnect();
    expect(again?.login).toEqual(host.login);
    expect(reads).toBe(1);
    await again?.close();
    await host.close();
  });

  test('it comes from the terminal otherwise, and a wrong one is said to be', async () => {
    const answer = (text: string): object => ({ prompt: { ...noTerminal, secret: async () => Secret.fromText(text) } });
    const right = makeHosts({ key: locked, hostKey: sshd.hostKey }, answer('correct horse'));
    await (await right.hosts.connect(addressOf(sshd))).close();
    const wrong = makeHosts({ key: locked, hostKey: sshd.hostKey }, answer('wrong horse'));
    await expect(wrong.hosts.connect(addressOf(sshd))).rejects.toMatchObject({ code: 'HOST_AUTH_FAILED' });
    const nobody = makeHosts({ key: locked, hostKey: sshd.hostKey }, { prompt: noTerminal });
    await expect(nobody.hosts.connect(addressOf(sshd))).rejects.toMatchObject({ code: 'USAGE_NO_TERMINAL' });
  });

  describe.each(transports)('%s, with an agent', (transport) => {
    test('it signs, for a named key too, whose passphrase nobody is asked', async () => {
      const agentSocket = startAgent();
      execFileSync('ssh-add', ['-q', '-'], { env: { SSH_AUTH_SOCK: agentSocket }, input: unlocked(locked) });
      execFileSync('ssh-add', ['-q', makeKey(temporaryDirectory(), 'other')], { env: { SSH_AUTH_SOCK: agentSocket } });
      for (const key of [undefined, locked]) {
        const { hosts } = makeHosts({ key, agentSocket, hostKey: sshd.hostKey, transport }, { prompt: noTerminal });
        const host = await hosts.connect(addressOf(sshd));
        expect(host.login.keyFingerprint).toBe(fingerprintOf(`${locked}.pub`));
        const again = await host.reconnect();
        expect(again?.login).toEqual(host.login);
        await again?.close();
        await host.close();
      }
    });

    test('a key that was named is tried alone', async () => {
      const agentSocket = startAgent();
      execFileSync('ssh-add', ['-q', sshd.key], { env: { SSH_AUTH_SOCK: agentSocket } });
      const key = makeKey(temporaryDirectory(), 'stranger');
      const { hosts } = makeHosts({ key, agentSocket, hostKey: sshd.hostKey, transport });
      await expect(hosts.connect(addressOf(sshd))).rejects.toMatchObject({ code: 'HOST_AUTH_FAILED' });
    });

    test('an agent that is gone is no obstacle', async () => {
      const { hosts } = makeHosts({
        key: sshd.key,
        agentSocket: '/nonexistent/agent',
        hostKey: sshd.hostKey,
        transport,
      });
      const host = await hosts.connect(addressOf(sshd));
      expect(host.login.user).toBe(sshd.user);
      await host.close();
    });
  });

  test('a shell that talks before the script does not get into the output', async () => {
    const wrapper = 'echo welcome; echo warned >&2; eval "$SSH_ORIGINAL_COMMAND"';
    const noisy = await startSshd({ config: [`ForceCommand ${wrapper}`] });
    onTestFinished(noisy.stop);
    for (const transport of transports) {
      const { hosts } = makeHosts({ key: noisy.key, hostKey: noisy.hostKey, transport });
      const host = await hosts.connect(addressOf(noisy));
      const { stdout, stderr } = await host.run({ script: 'echo out; echo err >&2', as: 'user', timeout: 5000 });
      expect([stdout, stderr].map((bytes) => Buffer.from(bytes).toString())).toEqual(['out\n', 'err\n']);
      await host.close();
    }
  });

  test('a login without a shell is told from one that works', async () => {
    const closed = await startSshd({ config: ['ForceCommand echo This account is currently not available.; exit 1'] });
    onTestFinished(closed.stop);
    for (const transport of transports) {
      const { hosts } = makeHosts({ key: closed.key, hostKey: closed.hostKey, transport });
      await expect(hosts.connect(addressOf(closed))).rejects.toMatchObject({
        code: 'HOST_UNREACHABLE',
        message: expect.stringContaining('not available'),
      });
    }
  });
});

function unlocked(file: string): Buffer {
  const copy = join(temporaryDirectory(), 'copy');
  writeFileSync(copy, readFileSync(file), { mode: 0o600 });
  execFileSync('ssh-keygen', ['-q', '-p', '-P', 'correct horse', '-N', '', '-f', copy]);
  return readFileSync(copy);
}

/** A real ssh-agent for the running test; answers its socket. */
function startAgent(): string {
  const socket = join(temporaryDirectory(), 'agent');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  onTestFinished(() => void child.kill());
  while (!existsSync(socket)) execFileSync('sleep', ['0.02']);
  return socket;
}
