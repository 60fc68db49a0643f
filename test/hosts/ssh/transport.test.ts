import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Host } from '../../../src/core/host.ts';
import { addressOf, makeHosts, reaching } from '../../support/hosts.ts';
import { makeKey, makeTokenKey, sshdProgram, startSshd, type Sshd } from '../../support/sshd.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe.runIf(sshdProgram !== undefined)('which transport (needs sshd)', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());

  /** Runs a script, logs in anew, ends both; answers the exit status, which is 42. */
  async function use(host: Host): Promise<number | null> {
    const { exitCode } = await host.run({ script: 'exit 42', as: 'user', timeout: 10_000 });
    const again = await host.reconnect();
    await again?.close();
    await host.close();
    return exitCode;
  }

  test('ssh2, without a word, where it can', async () => {
    const { hosts, events } = makeHosts({ ...reaching(sshd), transport: 'auto' });
    expect(await use(await hosts.connect(addressOf(sshd)))).toBe(42);
    expect(events).toEqual([]);
  });

  test('OpenSSH, with a note, where the host wants a post-quantum key exchange', async () => {
    const quantum = await startSshd({ config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
    onTestFinished(quantum.stop);
    const { hosts, events } = makeHosts({ ...reaching(quantum), transport: 'auto' });
    expect(await use(await hosts.connect(addressOf(quantum)))).toBe(42);
    expect(events).toEqual([{ kind: 'note', message: expect.stringMatching(/OpenSSH.*key exchange algorithm/) }]);
    const only = makeHosts({ ...reaching(quantum), transport: 'ssh2' });
    await expect(only.hosts.connect(addressOf(quantum))).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: expect.stringContaining('no matching key exchange algorithm'),
    });
  });

  test('OpenSSH where the key has a certificate', async () => {
    const directory = temporaryDirectory();
    const authority = makeKey(directory, 'authority');
    const key = makeKey(directory, 'certified');
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', '-n', sshd.user, `${key}.pub`]);
    const trusting = await startSshd({ config: [`TrustedUserCAKeys ${authority}.pub`] });
    onTestFinished(trusting.stop);
    const { hosts, events } = makeHosts({ key, hostKey: trusting.hostKey, transport: 'auto' });
    expect(await use(await hosts.connect(addressOf(trusting)))).toBe(42);
    expect(events).toEqual([{ kind: 'note', message: expect.stringContaining('certificate') }]);
  });

  test('OpenSSH where the key is on a FIDO token; that the token is away is said, not that the key is wrong', async () => {
    const key = makeTokenKey(temporaryDirectory());
    const knowing = await startSshd({ authorized: [`${key}.pub`] });
    onTestFinished(knowing.stop);
    const { hosts, events } = makeHosts({ key, hostKey: knowing.hostKey, transport: 'auto' });
    await expect(hosts.connect(addressOf(knowing))).rejects.toMatchObject({
      code: 'HOST_AUTH_FAILED',
      message: expect.stringMatching(/ would let user ".+" in by SHA256:\S+, but nothing signed with that key: ./),
      hint: expect.stringContaining('token'),
    });
    expect(events).toEqual([{ kind: 'note', message: expect.stringContaining('FIDO token') }]);
    await expect(
      makeHosts({ key, hostKey: knowing.hostKey, transport: 'ssh2' }).hosts.connect(addressOf(knowing)),
    ).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('FIDO token') });
  });

  describe('~/.ssh/config', () => {
    /** A home directory with this OpenSSH configuration. */
    function home(config: string): string {
      const path = temporaryDirectory();
      mkdirSync(join(path, '.ssh'), { mode: 0o700 });
      writeFileSync(join(path, '.ssh/config'), config, { mode: 0o600 });
      copyFileSync(sshd.key, join(path, '.ssh/chosen'));
      writeFileSync(join(path, '.ssh/known_hosts'), `[127.0.0.1]:${sshd.port} ${sshd.publicHostKey}\n`);
      return path;
    }

    test.each(['ssh2', 'openssh'] as const)('names, ports, users and keys are followed by %s', async (transport) => {
      const config = `Host val-*\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  IdentityFile ~/.ssh/chosen\n  IdentitiesOnly yes\n`;
      const { hosts } = makeHosts({ home: home(config), transport });
      expect(await use(await hosts.connect(`${sshd.user}@val-1`))).toBe(42);
    });

    test('a ProxyCommand needs OpenSSH', async () => {
      const config = `Host val-1\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  IdentityFile ${sshd.key}\n  ProxyCommand exec 3<>/dev/tcp/%h/%p; cat <&3 & cat >&3\n`;
      const bash = config.replace('ProxyCommand exec', "ProxyCommand bash -c 'exec").replace('cat >&3', "cat >&3'");
      const options = { home: home(bash), hostKey: sshd.hostKey };
      const { hosts, events } = makeHosts({ ...options, transport: 'auto' });
      expect(await use(await hosts.connect(`${sshd.user}@val-1`))).toBe(42);
      expect(events).toEqual([{ kind: 'note', message: expect.stringContaining('ProxyCommand') }]);
      await expect(
        makeHosts({ ...options, transport: 'ssh2' }).hosts.connect(`${sshd.user}@val-1`),
      ).rejects.toMatchObject({ code: 'USAGE' });
    });
  });
});
