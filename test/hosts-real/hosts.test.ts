import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../src/core/host.ts';
import { describeHost } from '../contracts/host.ts';
import { makeHosts } from '../support/hosts.ts';
import { freshHost, hostsReason, hostsWanted, type RealHost, removeHost } from '../support/real-host.ts';

const number = 7;
const transports = ['ssh2', 'openssh'] as const;

describe.runIf(hostsWanted)(`hosts on a real Debian, through sudo (${hostsReason})`, () => {
  let real: RealHost;
  beforeAll(() => {
    real = freshHost(number);
  });
  afterAll(() => removeHost(number));

  async function connect(transport: (typeof transports)[number]): Promise<Host> {
    // sshd may still be starting when systemd says that it is up
    for (let left = 20; ; left--) {
      try {
        const { hosts } = makeHosts({ key: real.key, hostKey: real.hostKey, transport });
        return await hosts.connect(`ops@${real.address}`);
      } catch (error) {
        if (left === 0) throw error;
        await new Promise((resolve) => {
          setTimeout(resolve, 100);
        });
      }
    }
  }

  for (const transport of transports) {
    describeHost(`${transport}, as a sudoer`, async () => ({
      host: await connect(transport),
      processesVisible: false,
      sshdPort: 22,
      silentPort: 2,
      logins: () => Number(real.console("journalctl -q --no-pager | grep -c 'Accepted publickey for ops'")),
      stop: () => Promise.resolve(),
    }));

    test(`${transport}: what root runs is exact, and ended in time with all it started`, async () => {
      const host = await connect(transport);
      const script = 'head -c 8388608 /dev/urandom >/tmp/random; sha256sum </tmp/random >&2; cat /tmp/random; exit 44';
      const { exitCode, stdout, stderr } = await host.run({ script, as: 'root', timeout: 60_000 });
      expect(exitCode).toBe(44);
      expect(Buffer.from(stderr).toString().slice(0, 64)).toBe(createHash('sha256').update(stdout).digest('hex'));
      const hanging = host.run({ script: 'sleep 98765 & sleep 98764', as: 'root', timeout: 1000 });
      await expect(hanging).rejects.toMatchObject({ code: 'HOST_TIMEOUT' });
      await expect.poll(() => real.tryConsole("pgrep -f '^sleep 9876'"), { timeout: 5000 }).toBeNull();
      const killed = await host.run({ script: 'kill -TERM $$; sleep 5', as: 'root', timeout: 10_000 });
      expect(killed.exitCode).toBeNull();
      await host.close();
    });

    test(`${transport}: a script goes on to its time when the connection ends, and no longer`, async () => {
      const host = await connect(transport);
      const running = host.run({ script: 'sleep 97531', as: 'root', timeout: 4000 }).catch((error: unknown) => error);
      await expect.poll(() => real.tryConsole("pgrep -f '^sleep 97531'"), { timeout: 3000 }).not.toBeNull();
      await host.close();
      expect(await running).toMatchObject({ code: expect.stringMatching(/^HOST_(CONNECTION_LOST|UNREACHABLE)$/) });
      await expect.poll(() => real.tryConsole("pgrep -f '^sleep 97531'"), { timeout: 8000 }).toBeNull();
    });

    test(`${transport}: without sudo there is no root, and that is said`, async () => {
      real.console('mv /etc/sudoers.d/ops /root/ops.sudoers');
      try {
        const host = await connect(transport);
        await expect(host.run({ script: 'id', as: 'root', timeout: 10_000 })).rejects.toMatchObject({
          code: 'HOST_NOT_ROOT',
        });
        const { stdout } = await host.run({ script: 'id -un', as: 'prefer-root', timeout: 10_000 });
        expect(Buffer.from(stdout).toString()).toBe('ops\n');
        await host.close();
      } finally {
        real.console('mv /root/ops.sudoers /etc/sudoers.d/ops');
      }
    });
  }
});
