import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFiles } from '../../src/store/files.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const files = createFiles();
const inLines = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\n', ' ')));

describe('lines of a file', () => {
  test('are what stands between its line ends, whatever their length; what is not ended is none', () => {
    const path = join(temporaryDirectory(), 'lines');
    fc.assert(
      fc.property(inLines, fc.nat(200_000), fc.string({ unit: 'grapheme' }), (lines, long, rest) => {
        const all = [...lines, 'ä'.repeat(long), 'last'];
        writeFileSync(path, all.map((line) => `${line}\n`).join('') + rest.replaceAll('\n', ' '));
        expect([...files.lines(path)]).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });

  test('an empty file has none, a missing one is an error', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'empty'), '');
    expect([...files.lines(join(directory, 'empty'))]).toEqual([]);
    expect(() => [...files.lines(join(directory, 'none'))]).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
    );
    expect(() => [...files.lines(directory)]).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
  });
});

describe('a spool', () => {
  test('answers all lines as often as asked, also in the middle, and leaves no name', () => {
    const directory = temporaryDirectory();
    const spool = files.spool(directory);
    const lines = Array.from({ length: 5000 }, (_, index) => `${index} ${'x'.repeat(index % 97)}`);
    for (const line of lines.slice(0, 2500)) spool.append(line);
    expect([...spool.lines()]).toEqual(lines.slice(0, 2500));
    for (const line of lines.slice(2500)) spool.append(line);
    const [first, second] = [spool.lines()[Symbol.iterator](), spool.lines()[Symbol.iterator]()];
    for (const line of lines) expect([first.next().value, second.next().value]).toEqual([line, line]);
    expect(readdirSync(directory)).toEqual([]);
    spool.close();
  });
});

describe('drafts as one', () => {
  test('a signal removes them all; once they are kept it does not', async () => {
    const directory = temporaryDirectory();
    const undos = new Set<() => void>();
    const door = createFiles((undo) => {
      undos.add(undo);
      return () => undos.delete(undo);
    });
    const paths = ['a', 'b'].map((name) => join(directory, name));
    for (const path of paths) writeFileSync(path, 'x');
    const kept = door.drafts([...paths, join(directory, 'never written')]);
    kept.keep();
    expect(undos.size).toBe(0);
    door.drafts(paths);
    for (const undo of undos) undo();
    expect(paths.map((path) => existsSync(path))).toEqual([false, false]);
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('text');
    }
    await door.draft(join(directory, 'c'), bytes(), { mode: 0o600 });
    expect(readFileSync(join(directory, 'c'), 'utf8')).toBe('text');
  });
});
