import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bech32 } from '@scure/base';
import { describe, expect, test } from 'vitest';
import { makeHomes, type Homes } from '../support/home.ts';
import { hasTerminalDriver, onTerminal } from '../support/terminal.ts';
import { baseEnvironment, program, valops } from '../support/valops.ts';

const plugins = new URL('../support/plugins', import.meta.url).pathname;
const env = { PATH: `${plugins}:${baseEnvironment(undefined)['PATH'] ?? ''}` };

function recipient(words: string): string {
  return bech32.encode('age1valopstest', bech32.toWords(Buffer.from(words)), false);
}

function identityFile({ directory }: Homes, words: string): string {
  const path = join(directory, `${words.replace(' ', '-')}.key`);
  const text = bech32.encode('age-plugin-valopstest-', bech32.toWords(Buffer.from(words)), false).toUpperCase();
  writeFileSync(path, `${text}\n`);
  return path;
}

describe('a plugin of the test, found in PATH by the program as built', () => {
  test('seals and opens files, beside a native recipient', async () => {
    const homes = await makeHomes();
    const [home] = homes.homes;
    const sealed = join(homes.directory, 'sealed.age');
    const made = await valops(['encrypt', '-r', recipient('plain hut'), '-r', homes.recipients[0], '-o', sealed], {
      home,
      env,
      stdin: Buffer.from('plain text'),
    });
    expect(made.status, made.stderr).toBe(0);
    for (const key of [identityFile(homes, 'plain hut'), homes.keys[0]]) {
      const opened = await valops(['decrypt', '-i', key, sealed], { home, env });
      expect([opened.status, opened.stdout], opened.stderr).toEqual([0, 'plain text']);
    }
    const wrong = await valops(['decrypt', '-i', identityFile(homes, 'plain house'), sealed, '-o', join(home, 'out')], {
      home,
      env,
    });
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain('no identity matched');
    expect(existsSync(join(home, 'out'))).toBe(false);
  });

  test('keeps an identity: generated, verified and restored with a token', async () => {
    const homes = await makeHomes();
    const [home] = homes.homes;
    const at = (name: string): string => join(homes.directory, name);
    const token = identityFile(homes, 'plain hut');
    const card = ['--card', at('id.json')];
    const made = await valops(
      [
        ...['identity', 'generate', '--kind', 'solana', '--unsafe-online', '-r', recipient('plain hut')],
        ...['-r', homes.recipients[0], '--out', at('id.age'), ...card, '--verify-with', token, '--json'],
      ],
      { home, env },
    );
    expect(made.status, made.stderr).toBe(0);
    const verified = await valops(['identity', 'verify', at('id.age'), ...card, '-i', token, '--json'], { home, env });
    expect([verified.status, verified.json()['verified']], verified.stderr).toEqual([0, true]);
    const restored = await valops(
      ['identity', 'restore', at('id.age'), ...card, '-i', token, '--to', at('key'), '--yes', '--json'],
      { home, env },
    );
    expect([restored.status, restored.json()['verdict']], restored.stderr).toEqual([0, 'restored']);
  });

  test('that fails or asks without a terminal leaves no output, and the journal says how it ended', async () => {
    const homes = await makeHomes();
    const [home] = homes.homes;
    const sealed = join(homes.directory, 'sealed.age');
    await valops(['encrypt', '-r', recipient('plain hut'), '-o', sealed], { home, env, stdin: Buffer.from('plain') });
    const out = join(homes.directory, 'out');
    for (const [words, status, code] of [
      ['secret', 2, 'USAGE_NO_TERMINAL'],
      ['error other', 1, 'AGE_PLUGIN_FAILED'],
      ['garbage hut', 1, 'AGE_PLUGIN_FAILED'],
      ['silent hut', 1, 'AGE_PLUGIN_FAILED'],
    ] as const) {
      const ran = await valops(['decrypt', '-i', identityFile(homes, words), '-o', out, sealed, '--json'], {
        home,
        env,
        stdin: 'closed',
      });
      expect([words, ran.status, ran.json()['code'], ran.hung]).toEqual([words, status, code, false]);
      expect(existsSync(out)).toBe(false);
      expect(readFileSync(join(home, 'journal.jsonl'), 'utf8').trim().split('\n').at(-1)).toContain(code);
    }
  });
});

describe.runIf(hasTerminalDriver)('a plugin that asks on a terminal (needs python3 for a pseudo-terminal)', () => {
  test('is answered there; a PIN is not echoed', async () => {
    const homes = await makeHomes();
    const [home] = homes.homes;
    const sealed = join(homes.directory, 'sealed.age');
    await valops(['encrypt', '-r', recipient('plain 4711'), '-o', sealed], { home, env, stdin: Buffer.from('plain') });
    const ran = await onTerminal([...program, 'decrypt', '-i', identityFile(homes, 'secret'), sealed], {
      home,
      env,
      entries: [{ expect: 'the PIN', type: '4711\r' }],
    });
    expect(ran.status, ran.transcript).toBe(0);
    expect(ran.screen.trim()).toBe('plain');
    expect(ran.transcript).not.toContain('4711');
  });
});
