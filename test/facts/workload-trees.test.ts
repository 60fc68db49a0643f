import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Question } from '../../src/core/fact.ts';
import { workloadPipelinesOf } from '../../src/facts/workload/pipelines.ts';
import { workloadRepositoriesOf } from '../../src/facts/workload/repositories.ts';
import { workloadRepositorySecretsOf } from '../../src/facts/workload/repository-secrets.ts';
import { testLogin } from '../support/script-host.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "valops-tree's "));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** What the script of a question prints on this machine, and what it means. */
function ask<T>(question: Question<T>): { readonly value: T; readonly stdout: string } {
  const ran = spawnSync('sh', ['-c', question.script(testLogin)], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  return {
    stdout: ran.stdout,
    value: question.parse({ exitCode: ran.status ?? 1, stdout: ran.stdout, stderr: ran.stderr }),
  };
}

const keypair = `[${Array.from({ length: 64 }, (_, at) => (at * 37) % 256).join(',')}]`;
const pem = (name: string): string =>
  `-----BEGIN ${name}-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END ${name}-----\n`;
const token = `ghp_${'0123456789abcdefghijABCDEFGHIJ01234567'.slice(0, 36)}`;

describe('secrets in work trees', () => {
  test('are found by content, and no byte of them is printed', () => {
    write('keys/id.json', keypair);
    write('tls.txt', `some words\n${pem('PRIVATE KEY')}`);
    write('google.json', JSON.stringify({ private_key: pem('PRIVATE KEY') }));
    write('ci.txt', `a\nb: ${token}\n`);
    const { value, stdout } = ask(workloadRepositorySecretsOf([folder]));
    expect(value.secrets.map(({ path, kind, line }) => [path.slice(folder.length + 1), kind, line])).toEqual([
      ['ci.txt', 'token', 2],
      ['google.json', 'pem', 1],
      ['keys/id.json', 'solana', 1],
      ['tls.txt', 'pem', 2],
    ]);
    for (const secret of [token, keypair.slice(1, 40), 'MC4CAQAw']) expect(stdout).not.toContain(secret);
  });

  test('words about keys, keys with a passphrase, short lists and trees of others are none', () => {
    write('doc.md', 'It begins with -----BEGIN PRIVATE KEY----- and ends somewhere.\nAKIAIOSFODNN7EXAMPLE ghp_xxx\n');
    write('locked.pem', pem('ENCRYPTED PRIVATE KEY'));
    write('old.pem', '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n');
    write('list.json', '[1,2,3]');
    write('node_modules/x/key.json', keypair);
    expect(ask(workloadRepositorySecretsOf([folder])).value).toMatchObject({ secrets: [], files: 4, cut: null });
  });

  test('env files tell names and the sort of value', () => {
    const lines = [
      'A=1',
      '# B=x',
      'export C="hunter2 and more"',
      "D=''",
      'E=<fill in>',
      'F=${OTHER}',
      'G=/run/secrets/g',
      ' H = h7',
      'not a line',
      'I=changeme # note',
    ];
    write('.env.production', lines.join('\r\n'));
    const { value, stdout } = ask(workloadRepositorySecretsOf([folder]));
    expect(value.variables.map(({ name, line, value: sort }) => `${line} ${name} ${sort}`)).toEqual([
      '1 A placeholder',
      '3 C set',
      '4 D empty',
      '5 E placeholder',
      '6 F placeholder',
      '7 G placeholder',
      '8 H set',
      '10 I placeholder',
    ]);
    expect(stdout).not.toContain('hunter2');
  });

  test('names with blanks, quotes and line breaks are no other files', () => {
    write('it\'s a "key" $(id).json', keypair);
    write('odd\nname.json', keypair);
    const { value } = ask(workloadRepositorySecretsOf([folder]));
    expect(value.secrets.map(({ path }) => path.slice(folder.length + 1))).toEqual(['it\'s a "key" $(id).json']);
    expect(value.cut).toContain('line breaks');
  });

  test('a large env file, and a file that cannot be read, are not passed over in silence', () => {
    write('.env', 'X=1\n'.repeat(100_000));
    expect(ask(workloadRepositorySecretsOf([folder])).value.cut).toContain('256 KiB');
  });
});

describe('work trees', () => {
  test('git is never run in them, whatever they tell it to run', () => {
    spawnSync('git', ['init', '-q', folder]);
    const mark = join(folder, 'ran');
    const hook = write('hook.sh', `#!/bin/sh\ntouch ${JSON.stringify(mark)}\n`);
    chmodSync(hook, 0o755);
    write(
      '.git/config',
      `[core]\n\tfsmonitor = ${JSON.stringify(hook)}\n[remote "origin"]\n\turl = https://me:pw1234@git.example.net/x\n[remote "key"]\n\turl = ssh://git@git.example.net/x\n`,
    );
    write('package.json', '{ "dependencies": { "a": "1" } }');
    const { value, stdout } = ask(workloadRepositoriesOf([folder, '/nowhere/at/all']));
    expect(value).toMatchObject([
      { exists: true, tracked: [], untold: null, credentials: [{ line: 4, section: '[remote "origin"]' }] },
      { exists: false, tracked: null },
    ]);
    expect(value[0]?.needing).toEqual([join(folder, 'package.json')]);
    expect(stdout).not.toContain('pw1234');
    expect(spawnSync('ls', [mark]).status).not.toBe(0);
  });

  test('a package without dependencies needs no lockfile', () => {
    write('package.json', '{ "name": "x", "dependencies": {} }');
    write('Cargo.toml', '[package]\nname = "x"\n');
    write('pyproject.toml', '[project]\nname = "x"\ndependencies = []\n');
    expect(ask(workloadRepositoriesOf([folder])).value[0]?.needing).toEqual([]);
  });
});

test('of workflows only what they run leaves the host', () => {
  const workflow = [
    'jobs:',
    '  a:',
    '    permissions: { contents: read }',
    '    container: node:22',
    '    steps:',
    '      - uses: "a/b@v1" # was v0',
    '      # - uses: commented/out@v1',
    '      - { name: x, uses: c/d@main, with: { password: hunter2 } }',
    '      - run: curl -H "uses: hunter2"',
    "      - 'uses': e/f@v2",
    '        reuses: g/h@v3',
  ];
  write('.github/workflows/ci.yml', workflow.join('\n'));
  const { value, stdout } = ask(workloadPipelinesOf([folder]));
  expect(value.workflows[0]?.lines.map(({ line, text }) => `${line} ${text}`)).toEqual([
    '3 permissions: {',
    '6 uses: "a/b@v1',
    '8 uses: c/d@main',
    "10 uses': e/f@v2",
  ]);
  expect(stdout).not.toContain('hunter2');
});
