import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fanOut } from '../../../src/hosts/fan-out.ts';
import { ValopsError } from '../../../src/lib/errors.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { makeHosts } from '../../support/hosts.ts';
import { makeKey, sshdProgram, startSshd, type Sshd } from '../../support/sshd.ts';

describe.runIf(sshdProgram !== undefined)('a key with a passphrase for several hosts at once (needs sshd)', () => {
  let directory: string;
  let locked: string;
  let sshds: readonly Sshd[];
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'valops-passphrase-'));
    locked = makeKey(directory, 'locked', 'ed25519', 'correct horse');
    const authorized = [`${locked}.pub`];
    sshds = await Promise.all([1, 2, 3].map(() => startSshd({ authorized })));
  });
  afterAll(async () => {
    await Promise.all(sshds.map((sshd) => sshd.stop()));
    rmSync(directory, { recursive: true });
  });

  async function connectAll(secret: () => Promise<Secret>) {
    let asked = 0;
    const prompt = {
      require: () => undefined,
      secret: () => {
        asked++;
        return secret();
      },
      text: () => Promise.reject(new Error('not asked')),
      yes: () => Promise.reject(new Error('not asked')),
    };
    const inventory = Object.fromEntries(
      sshds.map((sshd, index) => [
        `h-${index}`,
        { address: '127.0.0.1', port: sshd.port, user: sshd.user, hostKey: [sshd.hostKey], key: locked },
      ]),
    );
    const { hosts } = makeHosts({ inventory }, { prompt });
    const outcomes = await fanOut(Object.keys(inventory), 3, async (name) => {
      const host = await hosts.connect(name);
      await host.close();
      return host.name;
    });
    return { outcomes, asked };
  }

  test('it is asked for once, and opens all of them', async () => {
    const { outcomes, asked } = await connectAll(() => Promise.resolve(Secret.fromText('correct horse')));
    expect(outcomes.map((one) => ('result' in one ? one.result : one.error.message))).toEqual(['h-0', 'h-1', 'h-2']);
    expect(asked).toBe(1);
  });

  test('nobody can be asked: each host says so', async () => {
    const { outcomes } = await connectAll(() => Promise.reject(new ValopsError('USAGE_NO_TERMINAL', 'no terminal')));
    expect(outcomes.map((one) => ('error' in one ? one.error.code : ''))).toEqual(Array(3).fill('USAGE_NO_TERMINAL'));
  });
});
