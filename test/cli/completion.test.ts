import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complete, type Completion } from '../../src/cli/complete.ts';
import { completionScripts } from '../../src/cli/completion-scripts.ts';
import { buildProgram } from '../../src/cli/program.ts';

const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ['-c', 'true']);
    return true;
  } catch {
    return false;
  }
};

describe('complete', () => {
  const words = async (...line: string[]): Promise<Completion> =>
    complete(await buildProgram('0', 'all', () => {}), line);
  const offered = ({ candidates }: Completion): readonly string[] => candidates.map(({ word }) => word);

  test('nouns by their beginning, hidden ones left out', async () => {
    expect(offered(await words('i'))).toEqual(['identity', 'inspect']);
    expect(offered(await words('comp'))).toEqual(['completion']);
  });

  test('verbs of a noun, and nothing of another', async () => {
    expect(offered(await words('keys', ''))).toEqual(['init', 'show', 'list', 'rotate', 'escrow']);
  });

  test('long options, with what they do', async () => {
    const { candidates } = await words('keys', 'init', '--p');
    expect(candidates).toContainEqual({ word: '--pq', description: expect.stringContaining('post-quantum') });
  });

  test('the values of an option that has choices, and no file names there', async () => {
    expect(await words('identity', 'generate', '--kind', 'libp')).toEqual({
      candidates: [
        { word: 'libp2p-secp256k1', description: '' },
        { word: 'libp2p-ed25519', description: '' },
      ],
      files: false,
    });
  });

  test('file names where a file belongs, and only there', async () => {
    expect((await words('encrypt', '-o', '')).files).toBe(true);
    expect((await words('encrypt', '-r', 'age1', '')).files).toBe(true);
    expect((await words('encrypt', '-r', '')).files).toBe(false);
    expect((await words('journal', 'verify', '')).files).toBe(false);
  });
});

describe('scripts', () => {
  const bin = mkdtempSync(join(tmpdir(), 'valops-completion-'));
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: bin };
  const run = (shell: string, script: string): string =>
    execFileSync(shell, ['-c', script], { env, encoding: 'utf8', cwd: bin, timeout: 50_000 });
  beforeAll(() => {
    symlinkSync(resolve(import.meta.dirname, '../../bin/valops.js'), join(bin, 'valops'));
    for (const [shell, script] of Object.entries(completionScripts)) writeFileSync(join(bin, shell), script);
  });
  afterAll(() => rmSync(bin, { recursive: true }));

  const bash = (...line: string[]): string =>
    run(
      'bash',
      `source ./bash; COMP_WORDS=("$@"); COMP_CWORD=$#-1; ${line.map((word, index) => `COMP_WORDS[${index}]='${word}'`).join(';')}; COMP_CWORD=${line.length - 1}; _valops; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );

  test('bash offers verbs', () => {
    expect(bash('valops', 'identity', 'g')).toBe('generate\n');
  });

  test('bash never runs what was typed', () => {
    bash('valops', 'encrypt', '$(touch ran)', '`touch ran`', '');
    expect(run('bash', 'ls')).not.toContain('ran\n');
  });

  describe.runIf(has('fish'))('fish (needs fish)', () => {
    test('offers verbs with descriptions, and files', () => {
      expect(run('fish', 'source ./fish; complete -C "valops journal "')).toContain(
        'verify\tcheck every line and the chain',
      );
      expect(run('fish', 'source ./fish; complete -C "valops encrypt ./ba"')).toContain('./bash');
    });
  });

  describe.runIf(has('zsh'))('zsh (needs zsh)', () => {
    test('completes a word in a real line editor', () => {
      // each step waits for what the one before it shows
      const typed = `zmodload zsh/zpty; zpty z zsh -f
        zpty -w z "autoload -Uz compinit; compinit -u; source ./zsh; cd .; print rea''dy"; zpty -r -m z seen '*ready*'
        zpty -w -n z $'valops identity g\\t'; zpty -r -m z seen '*enerate*'
        zpty -w -n z $'\\n'; zpty -r -m z seen '*specified*'; print -r -- $seen`;
      // only the completed line reaches a command that asks for --kind
      expect(run('zsh', typed)).toContain('required option "--kind <KIND>" not specified');
    });
  });
});
