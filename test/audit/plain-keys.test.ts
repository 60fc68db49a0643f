import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { custodyChecks } from '../../src/audit/checks/custody/registry.ts';
import { judgeChecks } from '../../src/audit/judge-checks.ts';
import type { Answer, Snapshot } from '../../src/core/fact.ts';
import { custodyPlainKeysIn, type PlainKeys } from '../../src/facts/custody/plain-keys.ts';
import { auditPolicy } from '../support/audit-policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'valops-canary-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

/** Keys in the shape of real ones, told from everything else by what they hold. */
const canary = {
  age: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LLA7UM6ECHK45NJ3S0WDVT2FG8X',
  post: 'CANARYPQXX'
    .replaceAll(/[BIO1]/g, 'X')
    .repeat(6)
    .replaceAll('C', 'Q')
    .slice(0, 60),
  comet: 'Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYQ==',
  hex: 'c0ffee'.repeat(11).slice(0, 64),
} as const;
const numbers = Array.from({ length: 64 }, (_, index) => (index * 37 + 11) % 256);

const files: Readonly<Record<string, string>> = {
  'notes about age.txt': `# created: today\nAGE-SECRET-KEY-1${canary.age}\n`,
  'pq.key': `AGE-SECRET-KEY-PQ-1${canary.post}\n`,
  'id.json': `[${numbers.join(',')}]`,
  'pretty.json': `${JSON.stringify(numbers, undefined, 2)}\n`,
  'keys/priv_validator_key.json': JSON.stringify(
    { address: 'AB', priv_key: { type: 'tendermint/PrivKeyEd25519', value: canary.comet } },
    undefined,
    2,
  ),
  'identity-secret.bak': `${canary.hex}\n`,
};
/** What only looks like one. */
const harmless: Readonly<Record<string, string>> = {
  'README.md': 'An age key begins with AGE-SECRET-KEY-1, and is never shown.\nAGE-SECRET-KEY-1...\n',
  'source.js': `if (type === "tendermint/PrivKeyEd25519") return { "value": '' };\n`,
  'short.json': `[${numbers.slice(0, 63).join(',')}]`,
  'long.json': `[${[...numbers, 1].join(',')}]`,
  'inside.json': `{"key":\n[${numbers.join(',')}]\n}`,
  'digest.txt': `${canary.hex}\n`,
  'sealed.age': 'age-encryption.org/v1\n-> X25519 abc\n--- def\n',
};

/** What others published, and ledgers: not looked into, and said. */
const published: Readonly<Record<string, string>> = {
  'go/pkg/mod/filippo.io/age@v1.2.1/testdata/key.txt': `AGE-SECRET-KEY-1${canary.age}\n`,
  'mnt/accounts/run/12345.678': `[${numbers.join(',')}]`,
  'app/node_modules/age/test.key': `AGE-SECRET-KEY-1${canary.age}\n`,
};

function ask(): Answer {
  // the question itself, in this folder alone: the machine of a test has keys of its own
  const script = custodyPlainKeysIn([folder])
    .script({ user: 'root', from: undefined, to: undefined, keyFingerprint: undefined })
    .replace(/^for place in .*; do$/m, `for place in '${folder}'; do`)
    .replace(/^homes=.*$/m, 'homes=');
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  });
  return { exitCode: status ?? 1, stdout, stderr };
}

describe('the search for keys in clear', () => {
  mkdirSync(at('keys'));
  for (const name of Object.keys(published)) mkdirSync(dirname(at(name)), { recursive: true });
  for (const [name, content] of Object.entries({ ...files, ...harmless, ...published }))
    writeFileSync(at(name), content, { mode: 0o600 });
  for (const [name, words] of [
    ['plain', ''],
    ['protected', 'a passphrase of seven words'],
  ] as const)
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', words, '-C', 'canary', '-f', at(name)]);
  chmodSync(at('id.json'), 0o644);
  const secret = readFileSync(at('plain'), 'utf8').split('\n').slice(1, -2);
  const answer = ask();
  const value: PlainKeys = custodyPlainKeysIn([folder]).parse(answer);
  const snapshot: Snapshot = {
    name: 'val-1',
    gatheredAt: '2026-11-22T00:00:00.000Z',
    roundTrips: 1,
    login: { user: 'root', from: undefined, to: undefined, keyFingerprint: undefined },
    facts: { 'custody.plain-keys': { known: true, value } },
  };
  const findings = judgeChecks(custodyChecks, snapshot, auditPolicy());

  test('finds each by what it holds, and nothing else', () => {
    expect(value.keys.map(({ path, kind }) => `${kind} ${path.slice(folder.length + 1)}`)).toEqual([
      'solana id.json',
      'identity-secret identity-secret.bak',
      'cometbft keys/priv_validator_key.json',
      'age notes about age.txt',
      'openssh plain',
      'age pq.key',
      'solana pretty.json',
    ]);
    expect(value.cut).toBeNull();
    expect(value.leftOut).toEqual([at('app/node_modules'), at('go/pkg/mod'), at('mnt/accounts/run')]);
    expect(value.keys.find(({ kind }) => kind === 'age')).toMatchObject({ mode: '0600', beside: ['sealed.age'] });
    expect(value.keys.find(({ path }) => path === at('id.json'))).toMatchObject({
      mode: '0644',
      beside: ['sealed.age'],
    });
  });

  test('each is a finding of the check that is about it', () => {
    const failed = findings
      .filter(({ status }) => status === 'fail')
      .map(({ id, subject }) => `${id} ${subject.slice(folder.length + 1)}`);
    expect(failed.toSorted()).toEqual([
      'custody.no-plain-age-keys notes about age.txt',
      'custody.no-plain-age-keys pq.key',
      'custody.no-plain-ssh-keys plain',
      'custody.no-plain-validator-keys id.json',
      'custody.no-plain-validator-keys identity-secret.bak',
      'custody.no-plain-validator-keys keys/priv_validator_key.json',
      'custody.no-plain-validator-keys pretty.json',
    ]);
  });

  test('no byte of a key is in what the host answers, nor in what is made of it', () => {
    const said = JSON.stringify([answer, value, findings]);
    const pieces = [...Object.values(canary), ...secret, numbers.join(',')].flatMap((text) =>
      // any eight characters in a row of it
      Array.from({ length: Math.max(1, text.length - 8) }, (_, index) => text.slice(index, index + 8)),
    );
    expect(pieces.filter((piece) => said.includes(piece))).toEqual([]);
    expect(said).not.toContain('AGE-SECRET');
  });
});
