import { writeFileSync } from 'node:fs';
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

const leaves = collectLeaves(await buildProgram('0.0.0', 'all', () => {}));

function collectLeaves(command: Command, words: readonly string[] = []): readonly string[] {
  if (command.commands.length === 0) return [words.join(' ')];
  return command.commands.flatMap((child) => collectLeaves(child, [...words, child.name()]));
}

function casesOf({ directory, keys, recipients }: Homes): Readonly<Record<string, readonly Case[]>> {
  const at = (name: string): string => join(directory, name);
  const card = ['--card', at('id.json')];
  const protectedKey = ['-i', at('protected.key')];
  const generate = (name: string): readonly string[] => [
    ...['identity', 'generate', '--kind', 'solana', '--unsafe-online', '-r', recipients[0], '-r', recipients[1]],
    ...['--out', at(`${name}.age`), '--card', at(`${name}.json`)],
  ];
  return {
    rehearse: [{ args: ['rehearse', '--kind', 'solana'] }],
    'keys init': [
      { args: ['keys', 'init', '--environment', 'plain'] },
      { args: ['keys', 'init', '--environment', 'asking', '--passphrase'], asks: '--passphrase-fd' },
    ],
    'keys show': [{ args: ['keys', 'show'] }],
    'keys list': [{ args: ['keys', 'list'] }],
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
    inspect: [{ args: ['inspect', at('id.age')] }, { args: ['inspect', '-'] }],
    'journal show': [{ args: ['journal', 'show'] }],
    'journal verify': [{ args: ['journal', 'verify'] }],
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
    'audit run': [{ args: ['audit', 'run', 'weekly'] }],
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
