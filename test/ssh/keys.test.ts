import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/core/fact.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { resolveSshPolicy } from '../../src/policy/ssh/policy.ts';
import { listSshKeys } from '../../src/ssh/keys-listed.ts';
import { rotateJob } from '../../src/ssh/rotate.ts';
import { snapshotOf, stockFact, stockKey, stockLogin } from '../support/ssh-case.ts';

const policy = resolveSshPolicy({ override: {} });
const gatheredAt = '2026-07-01T00:00:00.000Z';

function listed(key: object, lastUse: unknown): ReturnType<typeof listSshKeys>[number] | undefined {
  const [file] = stockFact('ssh.authorized-keys') as { keys: object[] }[];
  const facts = {
    'ssh.authorized-keys': { known: true, value: [{ ...file, keys: [{ ...file?.keys[0], ...key }] }] },
    'ssh.last-use': lastUse,
  } as Snapshot['facts'];
  return listSshKeys(policy, { ...snapshotOf({}), gatheredAt, facts })[0];
}
const record = (since: string | null, last?: string): unknown => ({
  known: true,
  value: {
    source: 'journal',
    since,
    uses:
      last === undefined
        ? []
        : [{ user: 'root', method: 'publickey', fingerprint: stockKey, count: 1, last, from: '' }],
  },
});

describe('keys listed', () => {
  test.each([
    ['used lately', record('2026-01-01T00:00:00Z', '2026-06-30T00:00:00Z'), false],
    ['used 181 days ago', record('2025-12-01T00:00:00Z', '2026-01-01T00:00:00Z'), true],
    ['not in a record of 181 days', record('2026-01-01T00:00:00Z'), true],
    ['not in a record of 30 days', record('2026-06-01T00:00:00Z'), null],
    ['no record', record(null), null],
    ['an unknown record', { known: false, reason: 'needs root' }, null],
  ])('%s', (_, lastUse, stale) => {
    expect(listed({}, lastUse)?.stale).toBe(stale);
  });

  test.each([
    ['ssh-ed25519', 256, 0],
    ['ssh-rsa', 2048, 1],
    ['ssh-rsa', 4096, 0],
    ['ssh-dss', 1024, 1],
    ['ecdsa-sha2-nistp256', 256, 1],
    ['sk-ecdsa-sha2-nistp256@openssh.com', 256, 0],
  ])('%s of %i bits has %i weaknesses', (type, bits, count) => {
    expect(listed({ type, bits }, record(null))?.weak).toHaveLength(count);
  });
});

describe('rotation', () => {
  // the public half of a key made for this test and thrown away
  const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBkZzLaXQ+wSV0GKeFgUP+z9ckNPT0MS5rL3Cu4Jp8KZ new';
  const plan = (old: string, more: Parameters<typeof snapshotOf>[0] = {}) =>
    rotateJob({ user: 'ops', old, publicKey }).plan(snapshotOf(more), stockLogin);

  test('one change, as the user, with the digest of neither key’s private half', () => {
    const { changes, refusals } = plan(stockKey);
    expect(refusals).toEqual([]);
    expect(changes.map(({ id, risk }) => [id, risk])).toEqual([['ssh.key /home/ops/.ssh/authorized_keys', 'access']]);
    expect(changes[0]?.do[0]).toMatchObject({ step: 'run' });
    expect(JSON.stringify(changes[0]?.do)).toContain('"runuser","-u","ops"');
  });

  test('a key that is not there, or a type that sshd does not take, is refused', () => {
    expect(plan(`SHA256:${'A'.repeat(43)}`).refusals.map(({ rule }) => rule)).toEqual(['LOCKOUT_NO_KEY']);
    const forLogin = { pubkeyacceptedalgorithms: ['rsa-sha2-512'] };
    expect(plan(stockKey, { forLogin }).refusals.map(({ rule }) => rule)).toEqual(['LOCKOUT_KEY_TYPE']);
    const unknown = { facts: { 'ssh.authorized-keys': { unknown: 'needs root' } } };
    expect(plan(stockKey, unknown).refusals.map(({ rule }) => rule)).toEqual(['LOCKOUT_FACT_UNKNOWN']);
  });

  test.each(['', 'no key', `${publicKey}\n${publicKey}`, `command="x" ${publicKey}`])('"%s" is no new key', (text) => {
    expect(() => rotateJob({ user: 'ops', old: stockKey, publicKey: text })).toThrow(ValopsError);
  });
});
