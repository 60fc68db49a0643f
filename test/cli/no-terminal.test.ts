import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { makeHomes, type Homes } from '../support/home.ts';
import { valops } from '../support/valops.ts';

/** A command line for every leaf of the program tree; `asks` names the flag that answers its question. */
interface Case {
  readonly args: readonly string[];
  readonly asks?: string;
}

const leaves: string[] = [];
await buildProgram('0.0.0', 'all', (command) => {
  leaves.push(wordsOf(command).join(' '));
});

/** The words that call a command; `sync` is one, and its verbs are others. */
function wordsOf(command: Command): readonly string[] {
  return command.parent === null ? [] : [...wordsOf(command.parent), command.name()];
}

function casesOf({ directory, keys, recipients }: Homes): Readonly<Record<string, readonly Case[]>> {
  const at = (name: string): string => join(directory, name);
  const card = ['--card', at('id.json')];
  const config = ['--config', at('pinned/valops.yaml')];
  const protectedKey = ['-i', at('protected.key')];
  const generate = (name: string): readonly string[] => [
    ...['identity', 'generate', '--kind', 'solana', '--unsafe-online', '-r', recipients[0], '-r', recipients[1]],
    ...['--out', at(`${name}.age`), '--card', at(`${name}.json`)],
  ];
  const split = (out: string): readonly string[] => [
    ...['keys', 'escrow', 'split', '--threshold', '2', '--out', at(out), '--trustee', `ann=${recipients[1]}`],
  ];
  const backup = (verb: string): readonly string[] => ['backup', verb, '--config', at('backup.yaml')];
  const reseal = ['reseal', at('id.age'), '--to', at('to.txt')];
  return {
    rehearse: [{ args: ['rehearse', '--kind', 'solana'] }],
    ceremony: [
      { args: ['ceremony'], asks: '--answers' },
      { args: ['ceremony', '--answers', at('answers.json')], asks: '--answers' },
      { args: ['ceremony', '--resume'], asks: '--answers' },
    ],
    'keys init': [
      { args: ['keys', 'init', '--environment', 'plain'] },
      { args: ['keys', 'init', '--environment', 'asking', '--passphrase'], asks: '--passphrase-fd' },
    ],
    'keys show': [{ args: ['keys', 'show'] }],
    'keys list': [{ args: ['keys', 'list'] }],
    'keys rotate': [{ args: ['keys', 'rotate'], asks: '--yes' }, { args: ['keys', 'rotate', '--plan'] }],
    'keys escrow split': [
      { args: [...split('shares'), '--trustee', `bob=${recipients[2]}`, '-i', keys[0]] },
      { args: [...split('asked'), '--trustee', 'bob', '-i', keys[0], '--paper', at('pages')], asks: '--unsafe-paper' },
      { args: [...split('protected'), '--trustee', `bob=${recipients[2]}`, ...protectedKey], asks: '--passphrase-fd' },
    ],
    'keys escrow inspect': [{ args: ['keys', 'escrow', 'inspect', at('plain')] }],
    'keys escrow check': [
      { args: ['keys', 'escrow', 'check', '-'] },
      { args: ['keys', 'escrow', 'check', at('id.age'), ...protectedKey], asks: '--passphrase-fd' },
    ],
    'keys escrow recover': [
      { args: ['keys', 'escrow', 'recover', '-'] },
      { args: ['keys', 'escrow', 'recover', '--typed'], asks: 'a file of the lines' },
      { args: ['keys', 'escrow', 'recover', at('id.age'), ...protectedKey], asks: '--passphrase-fd' },
    ],
    'keys escrow reshare': [
      {
        args: [
          'keys',
          'escrow',
          'reshare',
          '--typed',
          ...split('reshared').slice(3),
          '--trustee',
          'bob',
          '--paper',
          '/dev/shm/none',
        ],
        asks: 'a file of the lines',
      },
    ],
    'identity kinds': [{ args: ['identity', 'kinds'] }],
    'identity generate': [
      { args: generate('new') },
      { args: [...generate('proven'), '--verify-with', at('protected.key')], asks: '--passphrase-fd' },
    ],
    'identity inspect': [{ args: ['identity', 'inspect', at('id.age'), ...card] }],
    'identity verify': [
      { args: ['identity', 'verify', at('id.age'), ...card, '-i', keys[0]] },
      { args: ['identity', 'verify', at('id.age'), ...card, ...protectedKey], asks: '--passphrase-fd' },
    ],
    'identity restore': [
      { args: ['identity', 'restore', at('id.age'), ...card, '-i', keys[0], '--to', at('key')], asks: '--yes' },
      {
        args: ['identity', 'restore', at('id.age'), ...card, ...protectedKey, '--to', at('key'), '--yes'],
        asks: '--passphrase-fd',
      },
    ],
    encrypt: [
      { args: ['encrypt', '-r', recipients[0], '-a'] },
      { args: ['encrypt', '-p', '-o', at('out.age'), at('plain')], asks: '--passphrase-fd' },
      { args: ['encrypt', ...protectedKey, '-o', at('out.age'), at('plain')], asks: '--passphrase-fd' },
    ],
    decrypt: [
      { args: ['decrypt', '-i', keys[0], at('id.age')] },
      { args: ['decrypt', '-i', keys[0]] },
      { args: ['decrypt', '-o', at('out'), at('passphrase.age')], asks: '--passphrase-fd' },
      { args: ['decrypt', ...protectedKey, '-o', at('out'), at('id.age')], asks: '--passphrase-fd' },
    ],
    'backup create': [
      { args: [...backup('create'), '-r', recipients[0], '--to', at('medium')] },
      { args: [...backup('create'), '-r', recipients[0], '-r', recipients[1], '--to', at('medium')] },
    ],
    'backup list': [{ args: ['backup', 'list'] }],
    'backup status': [{ args: [...backup('status')] }],
    'backup verify': [
      { args: ['backup', 'verify', at('id.age'), '-i', keys[0]] },
      { args: ['backup', 'verify', at('id.age'), ...protectedKey], asks: '--passphrase-fd' },
    ],
    'backup restore': [
      { args: ['backup', 'restore', at('id.age'), '-i', keys[0]], asks: '--yes' },
      { args: ['backup', 'restore', at('id.age'), '-i', keys[0], '--plan'] },
      { args: ['backup', 'restore', at('id.age'), ...protectedKey, '--yes'], asks: '--passphrase-fd' },
      { args: ['backup', 'restore', at('id.age'), '--typed', '--yes'], asks: 'a file of the lines' },
    ],
    'backup drill': [
      { args: [...backup('drill'), '-i', keys[0]] },
      { args: [...backup('drill'), ...protectedKey], asks: '--passphrase-fd' },
    ],
    'backup prune': [
      { args: [...backup('prune'), '--keep', '1', '--plan'] },
      { args: [...backup('prune'), '--keep', '1'], asks: '--yes' },
    ],
    reseal: [
      { args: [...reseal, '-i', keys[0]], asks: '--yes' },
      { args: [...reseal, '-i', keys[0], '--plan'] },
      { args: [...reseal, ...protectedKey, '--yes'], asks: '--passphrase-fd' },
    ],
    inspect: [{ args: ['inspect', at('id.age')] }, { args: ['inspect', '-'] }],
    'config check': [{ args: ['config', 'check'] }],
    'config schema': [{ args: ['config', 'schema'] }],
    'journal show': [{ args: ['journal', 'show'] }],
    'journal verify': [{ args: ['journal', 'verify'] }],
    'journal report': [{ args: ['journal', 'report'] }],
    'journal head': [{ args: ['journal', 'head'] }],
    // this machine is only looked at: what would change it asks first, and ends there
    facts: [{ args: ['facts', '--only', 'system'] }],
    'ssh plan': [{ args: ['ssh', 'plan'] }],
    'ssh check': [{ args: ['ssh', 'check'] }],
    'ssh harden': [{ args: ['ssh', 'harden'], asks: '--yes' }],
    'ssh keys list': [{ args: ['ssh', 'keys', 'list'] }],
    'ssh keys rotate': [
      { args: ['ssh', 'keys', 'rotate', '--host', 'root@127.0.0.1', '--new-key', at('plain')], asks: '--yes' },
    ],
    'firewall plan': [{ args: ['firewall', 'plan'] }],
    'firewall apply': [{ args: ['firewall', 'apply'], asks: '--yes' }],
    'firewall status': [{ args: ['firewall', 'status'] }],
    'firewall check': [{ args: ['firewall', 'check'] }],
    'firewall explain': [{ args: ['firewall', 'explain', '192.0.2.1:22'] }],
    harden: [{ args: ['harden'], asks: '--yes' }],
    confirm: [{ args: ['confirm'] }],
    rollback: [{ args: ['rollback'] }],
    'guard status': [{ args: ['guard', 'status'] }],
    // "old" has a release to go back to, "new" is pinned and not installed
    sync: [{ args: ['sync', ...config], asks: '--yes' }],
    'sync pin': [
      { args: ['sync', 'pin', 'new', ...config], asks: '--yes' },
      { args: ['sync', 'pin', 'new', '--plan', ...config] },
    ],
    'sync status': [{ args: ['sync', 'status', ...config] }],
    'sync verify': [{ args: ['sync', 'verify', ...config] }],
    'sync fetch': [{ args: ['sync', 'fetch', ...config] }],
    'sync rollback': [
      { args: ['sync', 'rollback', 'old', ...config], asks: '--yes' },
      { args: ['sync', 'rollback', 'old', '--plan', ...config] },
    ],
    'sync prune': [{ args: ['sync', 'prune', ...config] }],
    'sync export': [{ args: ['sync', 'export', at('exported'), ...config] }],
    'sync import': [
      { args: ['sync', 'import', at('bundle')], asks: '--yes' },
      { args: ['sync', 'import', at('bundle'), ...config] },
    ],
    'audit run': [{ args: ['audit', 'run', 'weekly', '--only', 'time.*'] }],
    'audit baseline accept': [{ args: ['audit', 'baseline', 'accept'], asks: '--yes' }],
    'audit baseline show': [{ args: ['audit', 'baseline', 'show'] }],
    'audit baseline diff': [{ args: ['audit', 'baseline', 'diff'] }],
    'audit fix': [{ args: ['audit', 'fix', 'ssh.root-login'], asks: '--yes' }],
    'audit schedule install': [{ args: ['audit', 'schedule', 'install', 'weekly'], asks: '--yes' }],
    'audit schedule remove': [{ args: ['audit', 'schedule', 'remove', 'weekly'], asks: '--yes' }],
    'audit schedule status': [{ args: ['audit', 'schedule', 'status'] }],
    'audit schedule test': [{ args: ['audit', 'schedule', 'test', 'none-such'] }],
    'audit list': [{ args: ['audit', 'list'] }],
    'audit explain': [{ args: ['audit', 'explain', 'ssh.root-login'] }],
    'audit diff': [{ args: ['audit', 'diff'] }],
    'audit history': [{ args: ['audit', 'history'] }],
    'audit report': [{ args: ['audit', 'report'] }],
    'audit due': [{ args: ['audit', 'due'] }],
    'audit attest': [{ args: ['audit', 'attest', 'manual.advisories'], asks: '--yes' }],
    completion: [{ args: ['completion', 'bash'] }],
    complete: [{ args: ['complete', '--', 'key'] }],
  };
}

/** The files which the cases name. `protected.key` is a recipient of everything. */
async function prepare(homes: Homes): Promise<void> {
  const {
    directory,
    homes: [home],
    recipients,
  } = homes;
  const at = (name: string): string => join(directory, name);
  writeFileSync(at('plain'), 'plain');
  mkdirSync(at('medium'));
  writeFileSync(at('backup.yaml'), 'backup: { include: [plain] }\n');
  writeFileSync(at('answers.json'), '{"operator":"Ann Example"}');
  writeFileSync(at('to.txt'), `${recipients[0]}\n`);
  const passphrase = { home, fds: { 3: 'a passphrase\n' } };
  await valops(['encrypt', '--passphrase-fd', '3', '-p', '-o', at('protected.key'), homes.keys[2]], passphrase);
  await valops(['encrypt', '--passphrase-fd', '3', '-p', '-o', at('passphrase.age'), at('plain')], passphrase);
  const made = await valops(
    [
      ...['identity', 'generate', '--kind', 'solana', '--unsafe-online', '-r', recipients[0], '-r', recipients[2]],
      ...['--out', at('id.age'), '--card', at('id.json')],
    ],
    { home },
  );
  expect(made.status, made.stderr).toBe(0);
  await prepareBinaries(homes);
}

/** A repository with pins, a prefix below it, and a bundle of them. */
async function prepareBinaries({ directory, homes: [home] }: Homes): Promise<void> {
  const at = (name: string): string => join(directory, name);
  mkdirSync(at('pinned'));
  const declare = (version: string): void => {
    writeFileSync(at(`pinned/program-${version}`), `#!/bin/sh\necho ${version}\n`);
    const binary = (name: string): string =>
      `  ${name}: { version: ${version}, source: { type: directory, path: ., file: 'program-{version}' } }\n`;
    const text = `binaries:\n${binary('old')}${binary('new')}sync: { prefix: ${at('pinned/opt')} }\n`;
    writeFileSync(at('pinned/valops.yaml'), text);
  };
  const sync = async (...args: readonly string[]): Promise<void> => {
    const ran = await valops(['sync', ...args, '--config', at('pinned/valops.yaml')], { home });
    expect(ran.status, ran.stderr).toBe(0);
  };
  for (const version of ['1.0.0', '1.1.0']) {
    declare(version);
    for (const name of ['old', 'new']) await sync('pin', name, '--yes', '--unsafe-first-use');
    await sync('old', '--yes');
  }
  await sync('export', at('bundle'));
}

describe('without a terminal and with standard input closed', () => {
  test(
    'no command hangs or prompts; what would have to ask exits 2 and names the flag',
    { timeout: 300_000 },
    async () => {
      const homes = await makeHomes();
      await prepare(homes);
      const cases = casesOf(homes);
      expect(Object.keys(cases).sort()).toEqual([...leaves].sort());
      for (const { args, asks } of Object.values(cases).flat()) {
        for (const stdin of ['closed', 'null'] as const) {
          const home = join(homes.directory, `run-${stdin}`);
          const ran = await valops(args, { home, cwd: homes.directory, stdin });
          const shown = `${args.join(' ')}\n${ran.stderr}`;
          expect(ran.hung, shown).toBe(false);
          expect(ran.signal, shown).toBeNull();
          expect(ran.stdout + ran.stderr, shown).not.toContain('\u001b');
          expect(ran.stderr, shown).not.toContain('this is a bug');
          if (asks === undefined) {
            expect(ran.stderr, shown).not.toContain('no terminal');
            continue;
          }
          expect(ran.status, shown).toBe(2);
          expect(ran.stderr, shown).toContain(asks);
          expect(ran.stdout, shown).toBe('');
          const { status, json } = await valops([...args, '--json'], { home, cwd: homes.directory, stdin });
          expect(status, shown).toBe(2);
          expect([json()['code'], json()['exitStatus']], shown).toEqual(['USAGE_NO_TERMINAL', 2]);
          expect(json()['hint'], shown).toContain(asks);
        }
      }
    },
  );
});
