import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeHomes } from '../../support/home.ts';
import { hasTerminalDriver, onTerminal, type Entry } from '../../support/terminal.ts';
import { program, valops } from '../../support/valops.ts';

const enter = '\r';

describe.runIf(hasTerminalDriver)('shares typed on a terminal (needs python3 for a pseudo-terminal)', () => {
  test('a wrong line is asked for again, the key is proven, the lines do not stay on the screen', async () => {
    const { directory, homes, recipients } = await makeHomes();
    const split = await valops(
      [
        ...['keys', 'escrow', 'split', '--threshold', '2', '--out', 'shares', '--paper', 'pages'],
        ...['--trustee', `ann=${recipients[1]}`, '--trustee', 'bob', '--unsafe-paper-on-disk'],
      ],
      { home: homes[0], cwd: directory },
    );
    expect(split.status, split.stderr).toBe(0);
    const pages = readdirSync(join(directory, 'pages')).map((name) => linesOf(join(directory, 'pages', name)));
    const entries = pages.flatMap((lines, page) =>
      lines.flatMap((line, row): Entry[] => {
        const expected = `Share ${page + 1}, line ${row + 1}${row === 0 ? ':' : ` of ${lines.length}:`}`;
        const right = { expect: expected, type: `${page === 0 ? line : line.slice(3).toLowerCase()}${enter}` };
        if (page !== 0 || row !== 2) return [right];
        const wrong = line.slice(0, 9) + (line[9] === 'A' ? 'B' : 'A') + line.slice(10);
        return [
          { expect: expected, type: `${wrong}${enter}` },
          { ...right, expect: 'symbol 1 of group 2 is wrong' },
        ];
      }),
    );
    const ran = await onTerminal([...program, 'keys', 'escrow', 'recover', '--typed'], { home: homes[1], entries });
    expect(ran.status, ran.transcript).toBe(0);
    expect(ran.screen).toContain('proven');
    expect(ran.screen).toContain(recipients[0]);
    // the first line holds the set id, which is told; the others hold the secret
    for (const line of pages.flatMap((lines) => lines.slice(1))) {
      for (const group of line.trim().split(' ').slice(1, -1)) {
        if (group.length === 5) expect(ran.screen).not.toContain(group);
      }
    }
    expect(readFileSync(join(homes[1], 'journal.jsonl'), 'utf8')).not.toContain(pages[0]?.[3]?.slice(3, 14));
  });

  test('sealed shares that do not open do not count, and the same page twice counts once', async () => {
    const { directory, homes, recipients } = await makeHomes();
    const split = await valops(
      [
        ...['keys', 'escrow', 'split', '--threshold', '2', '--out', 'shares', '--paper', 'pages'],
        ...['--trustee', `ann=${recipients[1]}`, '--trustee', 'bob', '--trustee', 'cy', '--unsafe-paper-on-disk'],
      ],
      { home: homes[0], cwd: directory },
    );
    expect(split.status, split.stderr).toBe(0);
    const [ann = '', bob = ''] = readdirSync(join(directory, 'pages')).map((name) => join(directory, 'pages', name));
    const page = (path: string, count: number): readonly Entry[] =>
      linesOf(path).map((line, row) => ({ expect: `Share ${count}, line ${row + 1}`, type: `${line}${enter}` }));
    const sealed = readdirSync(join(directory, 'shares')).find((name) => name.endsWith('.age')) ?? '';
    const ran = await onTerminal([...program, 'keys', 'escrow', 'recover', '--typed', join('shares', sealed)], {
      home: homes[2],
      cwd: directory,
      entries: [...page(ann, 1), ...page(ann, 2), ...page(bob, 2)],
    });
    expect(ran.status, ran.transcript).toBe(0);
    expect(ran.screen).toContain('is left out: none of the keys opens it');
    expect(ran.screen).toContain('share 1 is here already; it counts once');
    expect(ran.screen).toContain(recipients[0]);
  });

  test('pages are never put on a disk when the answer is no', async () => {
    const { directory, homes, recipients } = await makeHomes();
    const args = ['--threshold', '2', '--out', 'shares', '--paper', 'pages', '--trustee', 'bob'];
    const ran = await onTerminal(
      [...program, 'keys', 'escrow', 'split', ...args, '--trustee', `ann=${recipients[1]}`],
      { home: homes[0], cwd: directory, entries: [{ expect: 'Write them there?', type: `n${enter}` }] },
    );
    expect(ran.status, ran.transcript).toBe(130);
    expect(ran.screen).toContain('nothing was written');
    expect(readdirSync(directory).sort()).toEqual(['one', 'three', 'two']);
  });
});

function linesOf(page: string): readonly string[] {
  const marked = /<pre id="share">\n([^<]*)\n<\/pre>/.exec(readFileSync(page, 'utf8'))?.[1];
  if (marked === undefined) throw new Error(`no lines on ${page}`);
  return marked.split('\n');
}
