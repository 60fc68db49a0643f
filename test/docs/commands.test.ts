import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { kindSummaries } from '../../src/identity/registry.ts';
import { allDocuments } from './documents.ts';
import { simpleCommands } from './shell-lines.ts';

const shells = new Set(['sh', 'bash', 'console']);

/** Parses arguments with the real command tree; answers the verb that would have run. */
async function parse(args: readonly string[]): Promise<Command> {
  let called: Command | undefined;
  const program = await buildProgram('0.0.0-test', 'all', (command) => {
    command.action(() => {
      called = command;
    });
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof Error && 'exitCode' in error && error.exitCode === 0) return program;
    throw error;
  }
  if (called === undefined) throw new Error('no command was called');
  return called;
}

function valopsArguments(words: readonly string[]): readonly string[] | undefined {
  if (words[0] === 'valops') return words.slice(1);
  if (words[0] === 'node' && words[1]?.endsWith('bin/valops.js') === true) return words.slice(2);
  return undefined;
}

const lines = allDocuments().flatMap(({ path, blocks }) =>
  blocks
    .filter(({ info }) => shells.has(info[0] ?? ''))
    .flatMap(({ line, text }) =>
      simpleCommands(text).flatMap((words) => {
        const args = valopsArguments(words);
        return args === undefined ? [] : [{ place: `${path}:${line}`, args, shown: args.join(' ') }];
      }),
    ),
);

describe('every command line in a block of the documents parses', () => {
  test('there are some', () => {
    expect(lines.length).toBeGreaterThan(40);
  });

  test.each(lines)('$place valops $shown', async ({ args }) => {
    const command = await parse(args);
    const { kind } = command.opts<{ kind?: string | string[] }>();
    for (const id of [kind ?? []].flat()) expect(kindSummaries.map((summary) => summary.id)).toContain(id);
  });
});

const spans = allDocuments().flatMap(({ path, prose }) =>
  prose
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/`valops ([^`]+)`/g)].map(([, span = '']) => ({ place: `${path}:${index + 1}`, span })),
    ),
);

/** What is wrong with a command as running text names it; it may lack arguments. */
async function faultsOf(span: string): Promise<readonly string[]> {
  let command = await buildProgram('0.0.0-test', 'all', () => undefined);
  const faults: string[] = [];
  let mayBeVerb = true;
  for (const word of span.split(/\s+/)) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    const known = [...command.options.flatMap(({ short, long }) => [short, long]), '--help', '-h'];
    if (mayBeVerb && next !== undefined) command = next;
    else if (/^--?[A-Za-z]/.test(word) && !known.includes(word)) faults.push(`no option ${word}`);
    else if (mayBeVerb && command.commands.length > 0 && /^[a-z]+$/.test(word)) faults.push(`no command ${word}`);
    mayBeVerb &&= next !== undefined;
  }
  return faults;
}

describe('every valops command named in running text exists, with its options', () => {
  test.each(spans)('$place valops $span', async ({ span }) => {
    expect(await faultsOf(span)).toEqual([]);
  });

  test.each(['keys mend', 'keys init --force', 'rehearze'])('"valops %s" would be found out', async (span) => {
    expect(await faultsOf(span)).not.toEqual([]);
  });
});
