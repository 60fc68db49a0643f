import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, sources } from './imports.ts';

const files = sources('src').filter((file) => !file.endsWith('.d.ts'));
const lines = (file: string): number => readFileSync(join(root, file), 'utf8').split('\n').length - 1;

describe('conventions', () => {
  test('files are named in kebab-case for the thing, never for the pattern', () => {
    expect(files.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(basename(file)))).toEqual([]);
    expect(
      files.filter((file) => /(^|[-/])(utils?|helpers?|managers?|types|common|misc)(-|\.ts$|\/)/.test(file)),
    ).toEqual([]);
  });

  test('files are small: median below 90 lines, none over 300', () => {
    const sizes = files.map(lines).toSorted((a, b) => a - b);
    expect(sizes[sizes.length >> 1]).toBeLessThan(90);
    expect(files.filter((file) => lines(file) > 300)).toEqual([]);
  });

  test('every export carries a docstring', () => {
    const bare = files.flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8').split('\n');
      return text
        .map((line, index) => ({ line, before: text[index - 1] ?? '' }))
        .filter(({ line }) => /^export (async )?(function|class)\b/.test(line))
        .filter(({ before }) => !before.trimEnd().endsWith('*/'))
        .map(({ line }) => `${file}: ${line}`);
    });
    expect(bare).toEqual([]);
  });

  test('no escape hatches: any, ts-ignore, disabled rules, leftovers', () => {
    const hatch =
      /:\s*any\s*[;,)=\]|&>{]|\bas any\b|@ts-(ignore|expect-error|nocheck)|(eslint|oxlint)-disable|\b(TODO|FIXME|XXX)\b|process\.exit\(/;
    const found = files.filter((file) => hatch.test(readFileSync(join(root, file), 'utf8')));
    // a signal must end the process at once, wherever it is
    expect(found).toEqual(['src/cli/session.ts']);
  });

  test('the top level holds what was agreed and nothing else', () => {
    const agreed = [
      'bin',
      'src',
      'scripts',
      'runbooks',
      'test',
      'package.json',
      'tsconfig.json',
      'OPERATIONS.md',
      'IDENTITY-GENERATION.md',
      'SECURITY.md',
    ];
    const onTop = ['README.md', 'LICENSE', 'CHANGELOG.md', 'package-lock.json', 'vitest.config.ts'];
    const made = ['node_modules', 'dist', 'coverage'];
    const entries = readdirSync(root).filter((name) => !name.startsWith('.') && !made.includes(name));
    expect(entries.filter((name) => !agreed.includes(name) && !onTop.includes(name))).toEqual([]);
    expect(agreed.filter((name) => !entries.includes(name))).toEqual([]);
  });
});
