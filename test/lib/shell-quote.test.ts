import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shellQuote, shellWords } from '../../src/lib/shell-quote.ts';
import { shells } from '../support/shells.ts';

const word = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0'));

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('quoting for $name', ({ shell }) => {
  test('every word arrives as it is', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const [program = '', ...args] = shell;
        const script = `printf '%s\\0' ${shellWords(words)}`;
        const { stdout, status } = spawnSync(program, [...args, '-s'], { input: script, encoding: 'utf8' });
        expect(status).toBe(0);
        expect(stdout).toBe(words.map((one) => `${one}\0`).join(''));
      }),
      { numRuns: 60, examples: [[["'", '', '\n', '$(id)', '`id`', '\\', '-n', "''\\''", 'ä\t*?[']]] },
    );
  });
});

test('a NUL is refused', () => {
  expect(() => shellQuote('a\0b')).toThrow(RangeError);
});
