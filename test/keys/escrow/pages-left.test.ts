import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeHomesIn } from '../../support/home.ts';
import { snapshot } from '../../support/snapshot.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { valops, type Ran } from '../../support/valops.ts';

test('pages without shares are completed by the same command; those of another circle or key stay untouched', async () => {
  const directory = temporaryDirectory();
  const { recipients } = await makeHomesIn(directory);
  const [shares, pages] = [join(directory, 'shares'), join(directory, 'pages')];
  const split = (threshold: number, names: readonly string[], home = 'one'): Promise<Ran> =>
    valops(
      [
        ...['keys', 'escrow', 'split', '--threshold', String(threshold), '--out', shares, '--json'],
        ...['--trustee', `${names[0]}=${recipients[1]}`, ...names.slice(1).flatMap((name) => ['--trustee', name])],
        ...['--paper', pages, '--unsafe-paper-on-disk'],
      ],
      { home: join(directory, home) },
    );
  const circle = ['ann', 'bob', 'cy'];
  const made = (await split(2, circle)).json();
  rmSync(shares, { recursive: true });
  const before = snapshot(pages);

  for (const other of [
    split(3, circle),
    split(2, ['ann', 'cy', 'bob']),
    split(2, ['ann', 'bob']),
    split(2, circle, 'three'),
  ]) {
    const ran = await other;
    expect([ran.status, ran.json()['code']]).toEqual([4, 'FILE_EXISTS']);
  }
  const page = join(pages, readdirSync(pages)[1] ?? '');
  const text = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    text.replace(/^ 2 (\w)/m, (_, symbol: string) => ` 2 ${symbol === '0' ? '1' : '0'}`),
  );
  const damaged = await split(2, circle);
  expect([damaged.status, damaged.stdout]).toEqual([1, expect.stringContaining('line 2: symbol 1 of group 1')]);
  writeFileSync(page, text);
  expect([snapshot(pages), readdirSync(directory).includes('shares')]).toEqual([before, false]);

  const again = await split(2, circle);
  expect([again.status, again.stderr]).toEqual([0, expect.stringContaining('their set is completed')]);
  expect([again.json()['set'], again.json()['pages']]).toEqual([made['set'], made['pages']]);
  expect(snapshot(pages)).toEqual(before);
  const recovered = await valops(
    [
      'keys',
      'escrow',
      'recover',
      ...readdirSync(shares)
        .filter((name) => name.endsWith('.age'))
        .map((name) => join(shares, name)),
      page,
      '--json',
    ],
    { home: join(directory, 'two') },
  );
  expect([recovered.status, recovered.json()['recipient']]).toEqual([0, recipients[0]]);
});
