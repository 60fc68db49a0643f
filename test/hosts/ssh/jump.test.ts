import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../../src/core/inventory.ts';
import { makeHosts } from '../../support/hosts.ts';
import { freePort, sshdProgram, startSshd, type Sshd } from '../../support/sshd.ts';

describe.runIf(sshdProgram !== undefined).each(['ssh2', 'openssh'] as const)(
  '%s, jump hosts (needs sshd)',
  (transport) => {
    let first: Sshd;
    let second: Sshd;
    let target: Sshd;
    beforeAll(async () => {
      [first, second, target] = await Promise.all([startSshd(), startSshd(), startSshd()]);
    });
    afterAll(() => Promise.all([first, second, target].map((sshd) => sshd.stop())));

    function entry(sshd: Sshd, jump?: string): Inventory[string] {
      const { port, user, key, hostKey } = sshd;
      return { address: '127.0.0.1', port, user, key, hostKey: [hostKey], jump };
    }
    const connectionsOf = (sshd: Sshd): readonly string[] =>
      [...sshd.log().matchAll(/Accepted publickey for \S+ from \S+ port (\d+)/g)].map((match) => match[1] ?? '');

    test('a chain of two, each with its own key and host key', async () => {
      const inventory = { outer: entry(first), inner: entry(second, 'outer'), goal: entry(target, 'inner') };
      const { hosts } = makeHosts({ inventory, transport });
      const before = [first, second, target].map((sshd) => connectionsOf(sshd).length);
      const host = await hosts.connect('goal');
      const { stdout } = await host.run({ script: 'seq 1 200000 | cksum', as: 'user', timeout: 20_000 });
      expect(Buffer.from(stdout).toString()).toMatch(/^\d+ 1288895\n$/);
      expect([first, second, target].map((sshd, n) => connectionsOf(sshd).length - (before[n] ?? 0))).toEqual([
        1, 1, 1,
      ]);
      expect(host.login.to?.port).toBe(target.port);
      const again = await host.reconnect();
      expect(connectionsOf(target).length - (before[2] ?? 0)).toBe(2);
      await again?.close();
      await host.close();
    });

    test('--jump goes before the inventory', async () => {
      const inventory = { outer: entry(first), goal: entry(target, 'nowhere') };
      const { hosts } = makeHosts({ inventory, transport, jump: 'outer' });
      const host = await hosts.connect('goal');
      expect(host.login.to?.port).toBe(target.port);
      await host.close();
    });

    test('the host key of the jump host is checked, under its name', async () => {
      const inventory = {
        outer: { ...entry(first), address: '127.0.0.1', hostKey: [second.hostKey] },
        goal: entry(target, 'outer'),
      };
      const error: unknown = await makeHosts({ inventory, transport })
        .hosts.connect('goal')
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'HOST_KEY_CHANGED', message: expect.stringContaining('"outer"') });
    });

    test('the host key of the target is checked behind it', async () => {
      const inventory = {
        outer: entry(first),
        goal: { ...entry(target, 'outer'), address: '127.0.0.1', hostKey: [first.hostKey] },
      };
      const error: unknown = await makeHosts({ inventory, transport })
        .hosts.connect('goal')
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'HOST_KEY_CHANGED', message: expect.stringContaining('"goal"') });
    });

    test('a target that the jump host does not reach', async () => {
      const port = await freePort();
      const inventory = { outer: entry(first), goal: { ...entry(target, 'outer'), address: '127.0.0.1', port } };
      const error: unknown = await makeHosts({ inventory, transport })
        .hosts.connect('goal')
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'HOST_UNREACHABLE', message: expect.stringContaining('"goal"') });
    });

    test('jump hosts that go round in a circle are refused', async () => {
      const inventory = { one: entry(first, 'two'), two: entry(second, 'one') };
      await expect(makeHosts({ inventory, transport }).hosts.connect('one')).rejects.toMatchObject({ code: 'USAGE' });
    });
  },
);
