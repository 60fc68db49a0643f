import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { valops } from '../support/valops.ts';

/** Nothing listens on port 1 of loopback. */
const two = [
  ...['--host', 'ops@127.0.0.1:1', '--host', 'root@127.0.0.1:1'],
  ...['--ssh-host-key', `SHA256:${'A'.repeat(43)}`],
];
const error = { code: 'HOST_UNREACHABLE' };
const run = (words: readonly string[]) => {
  const home = temporaryDirectory();
  return valops([...words, ...two], { home, cwd: home });
};

describe('several hosts, none of which can be reached', () => {
  test.each([
    ['facts', 'valops/facts/1'],
    ['ssh check', 'valops/ssh-check/1'],
    ['ssh keys list', 'valops/ssh-keys/1'],
    ['firewall status', 'valops/firewall-status/1'],
    ['firewall check', 'valops/firewall-check/1'],
    ['firewall explain 192.0.2.1:22', 'valops/firewall-explain/1'],
    ['guard status', 'valops/guard/1'],
    ['confirm', 'valops/confirm/1'],
    ['rollback', 'valops/rollback/1'],
  ])('%s: each says so in its place', async (words, schema) => {
    const { status, json } = await run([...words.split(' '), '--json']);
    expect(status).toBe(1);
    const hosts = ['ops', 'root'].map((user) => ({ name: `${user}@127.0.0.1:1`, error }));
    expect(json()).toMatchObject({ schema, hosts });
    const { stdout } = await run(words.split(' '));
    expect(stdout.match(/ could not be reached|ECONNREFUSED|refused/g)?.length).toBeGreaterThanOrEqual(2);
    expect(stdout).not.toContain('undefined');
  });

  test.each(['ssh plan', 'firewall plan', 'harden --plan'])('%s: each says so in its place', async (words) => {
    const { status, json } = await run([...words.split(' '), '--json']);
    expect(status).toBe(1);
    const plans = ['ops', 'root'].map((user) => ({ host: `${user}@127.0.0.1:1`, error }));
    expect(json()).toMatchObject({ schema: 'valops/plans/1', plans });
  });

  test.each(['ssh harden', 'firewall apply', 'harden'])('%s: the second is not begun', async (words) => {
    const { status, json } = await run([...words.split(' '), '--yes', '--parallel', '5', '--json']);
    expect(status).toBe(1);
    expect(json()).toMatchObject({
      schema: 'valops/applies/1',
      hosts: [{ host: 'ops@127.0.0.1:1', error }],
      notBegun: ['root@127.0.0.1:1'],
    });
  });

  test('--parallel is a whole number of at least 1', async () => {
    for (const value of ['0', '-1', 'many', '']) {
      const { status } = await run(['facts', `--parallel=${value}`]);
      expect(status).toBe(2);
    }
  });
});
