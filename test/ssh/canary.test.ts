import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/core/host.ts';
import type { Plan } from '../../src/core/plan.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { rehearseSsh } from '../../src/ssh/canary.ts';
import { fakeHost } from '../support/fake-host.ts';

const step = { step: 'write', path: '/etc/ssh/sshd_config.d/00-valops.conf', mode: '0600', content: '' } as const;
const plan: Plan = {
  schema: 'valops/plan/1',
  job: 'ssh',
  host: 'val-1',
  createdAt: '2026-01-01T00:00:00.000Z',
  factsDigest: 'a'.repeat(64),
  changes: [{ id: 'ssh.configuration', summary: '', risk: 'access', diff: '', do: [step], undo: [] }],
  unchanged: [],
  refusals: [],
};

/** Rehearses on a host whose canary starts; what was said, and whether the canary was ended. */
async function rehearse(more: Partial<Host>, log = '', kind: Host['kind'] = 'ssh') {
  const said: string[] = [];
  const host = fakeHost(
    [
      { script: /unshare/, stdout: 'canary 20022 /run/valops-canary.abc\n', times: 1 },
      { script: /tail -n 8/, stdout: log, times: 1 },
    ],
    { name: 'val-1', kind, reconnect: null },
  );
  await rehearseSsh({ ...host, ...more }, plan, (message) => said.push(message));
  return { said, left: host.left() };
}

describe('what the canary proved', () => {
  test('a login: nothing to say', async () => {
    expect(await rehearse({ loginThrough: () => Promise.resolve(true) })).toEqual({ said: [], left: [] });
  });

  test('no way to its port: that is said, with what would be one', async () => {
    const { said, left } = await rehearse({ loginThrough: () => Promise.resolve(false) });
    expect(said).toEqual([expect.stringMatching(/"val-1".*bash, python3, socat or nc; sshd -t took it/)]);
    expect(left).toEqual([]);
  });

  test('this machine without a key: that is said', async () => {
    const { said } = await rehearse({}, '', 'local');
    expect(said).toEqual([expect.stringContaining('no --ssh-key')]);
  });

  test('a login that is refused is a refusal, whatever the way; the canary is ended', async () => {
    const refused = new ValopsError('HOST_AUTH_FAILED', 'no key is accepted');
    const failing = rehearse({ loginThrough: () => Promise.reject(refused) }, 'User ops not allowed: AllowUsers\n');
    await expect(failing).rejects.toMatchObject({ code: 'GUARD_REHEARSAL_FAILED', cause: refused });
    await expect(failing).rejects.toThrow(/AllowUsers/);
  });

  test('a key that is limited to other addresses is not the configuration’s fault', async () => {
    const log = 'Authentication tried for ops with correct key but not from a permitted host (host=localhost)\n';
    const refused = new ValopsError('HOST_AUTH_FAILED', 'no key is accepted');
    expect(await rehearse({ loginThrough: () => Promise.reject(refused) }, log)).toEqual({ said: [], left: [] });
  });
});
