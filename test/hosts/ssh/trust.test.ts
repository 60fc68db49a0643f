import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressOf, makeHosts } from '../../support/hosts.ts';
import { fingerprintOf, makeKey, sshdProgram, startSshd, type Sshd } from '../../support/sshd.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe.runIf(sshdProgram !== undefined).each(['ssh2', 'openssh'] as const)(
  '%s, trust in host keys (needs sshd)',
  (transport) => {
    let sshd: Sshd;
    let rsa: { readonly pin: string; readonly line: string };
    beforeAll(async () => {
      sshd = await startSshd({ hostKeyTypes: ['ed25519', 'rsa', 'ecdsa'] });
      const file = join(sshd.directory, 'host-rsa.pub');
      rsa = { pin: fingerprintOf(file), line: readFileSync(file, 'utf8').trim() };
    });
    afterAll(() => sshd.stop());

    /** Connects with a known_hosts of these lines, and answers the error, or undefined. */
    async function failure(lines: readonly string[], hostKey?: string, hash = false): Promise<unknown> {
      const knownHosts = join(temporaryDirectory(), 'known_hosts');
      writeFileSync(knownHosts, lines.map((line) => `${line}\n`).join(''));
      if (hash) execFileSync('ssh-keygen', ['-q', '-H', '-f', knownHosts], { stdio: 'ignore' });
      expect(readFileSync(knownHosts, 'utf8').startsWith('|1|')).toBe(hash);
      const { hosts } = makeHosts({ key: sshd.key, hostKey, knownHosts, transport });
      return hosts.connect(addressOf(sshd)).then(
        (host) => host.close(),
        (error: unknown) => error,
      );
    }
    const name = (): string => `[127.0.0.1]:${sshd.port}`;
    const other = (): string => {
      const file = makeKey(temporaryDirectory(), 'other');
      return readFileSync(`${file}.pub`, 'utf8').trim();
    };

    test('a key nobody knows is refused, and the refusal says how to compare and to pin it', async () => {
      const error = await failure([]);
      expect(error).toMatchObject({ code: 'HOST_KEY_UNKNOWN', exitStatus: 4 });
      expect(String(error)).toContain(`ssh-ed25519 key ${sshd.hostKey}`);
      const { hint } = error as { hint: string };
      expect(hint).toContain('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
      expect(hint).toContain(`--ssh-host-key ${sshd.hostKey}`);
      expect(hint).toContain(`hostKey: ${sshd.hostKey}`);
    });

    test('a pinned key is accepted, whatever its type', async () => {
      expect(await failure([], sshd.hostKey)).toBeUndefined();
      expect(await failure([], rsa.pin)).toBeUndefined();
    });

    test('a key that differs from the pin is refused with both named', async () => {
      const pin = `SHA256:${'A'.repeat(43)}`;
      const error = await failure([], pin);
      expect(error).toMatchObject({ code: 'HOST_KEY_CHANGED', exitStatus: 4 });
      expect(String(error)).toContain(sshd.hostKey);
      expect(String(error)).toContain(pin);
    });

    test('the pin alone decides, not known_hosts', async () => {
      expect(await failure([`${name()} ${other()}`], sshd.hostKey)).toBeUndefined();
      expect(await failure([`${name()} ${sshd.publicHostKey}`], `SHA256:${'A'.repeat(43)}`)).toMatchObject({
        code: 'HOST_KEY_CHANGED',
      });
    });

    test('known_hosts, plain and hashed', async () => {
      expect(await failure([`${name()} ${sshd.publicHostKey}`])).toBeUndefined();
      expect(await failure([`${name()} ${sshd.publicHostKey}`], undefined, true)).toBeUndefined();
    });

    test('the type that is known is asked for, though the host prefers another', async () => {
      expect(await failure([`${name()} ${rsa.line}`])).toBeUndefined();
    });

    test('a known host with another key has changed, and the line is named', async () => {
      const error = await failure(['# comment', `${name()} ${other()}`]);
      expect(error).toMatchObject({ code: 'HOST_KEY_CHANGED' });
      expect(String(error)).toMatch(/known_hosts:2$/);
      expect(await failure([`${name()} ${other()}`], undefined, true)).toMatchObject({ code: 'HOST_KEY_CHANGED' });
    });

    test('the key of another port or host says nothing', async () => {
      expect(await failure([`127.0.0.1 ${sshd.publicHostKey}`, `[127.0.0.1]:1 ${sshd.publicHostKey}`])).toMatchObject({
        code: 'HOST_KEY_UNKNOWN',
      });
    });

    test('a revoked key is refused, even when it is pinned or listed', async () => {
      const lines = [`@revoked * ${sshd.publicHostKey}`, `${name()} ${sshd.publicHostKey}`];
      expect(await failure(lines)).toMatchObject({
        code: 'HOST_KEY_CHANGED',
        message: expect.stringContaining('revoked'),
      });
      expect(await failure(lines, sshd.hostKey)).toMatchObject({ code: 'HOST_KEY_CHANGED' });
    });

    test('a certificate authority is not supported, and that is said', async () => {
      const error = await failure([`@cert-authority ${name()} ${other()}`]);
      expect(error).toMatchObject({ code: 'HOST_KEY_UNKNOWN', message: expect.stringContaining('not supported') });
    });
  },
);
