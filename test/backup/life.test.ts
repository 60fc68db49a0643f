import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backUp, done, makeCustody, stateOf, towerOf, type Custody } from '../support/custody.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { valops } from '../support/valops.ts';

/** Every file that must live again, with its mode, by name below the directory of the host. */
function livingFiles({ host, ids }: Custody): Readonly<Record<string, readonly [string, number]>> {
  const paths = [
    join(host.comet, 'config/priv_validator_key.json'),
    join(host.comet, 'config/node_key.json'),
    stateOf(host.comet),
    host.solana,
    towerOf(host.solana, ids.solana),
    join(host.directory, 'etc/validator.conf'),
    host.config,
  ];
  return Object.fromEntries(
    paths.map((path) => [path, [readFileSync(path, 'base64'), statSync(path).mode & 0o7777] as const]),
  );
}

function below(root: string, files: ReturnType<typeof livingFiles>): ReturnType<typeof livingFiles> {
  return Object.fromEntries(
    Object.keys(files).map((path) => {
      const at = join(root, path);
      return [path, [readFileSync(at, 'base64'), statSync(at).mode & 0o7777] as const];
    }),
  );
}

test('two hosts, three recipient classes, 3-of-5 escrow: the host dies, its identities live again', async () => {
  const directory = temporaryDirectory();
  const custody = await makeCustody(directory);
  const { host, ids, media, offlineKey, shares, trustees } = custody;
  const copies = await backUp(custody);
  expect(copies.map((path) => media.findIndex((medium) => path.startsWith(`${medium}/`)))).toEqual([0, 1]);
  const lived = livingFiles(custody);
  const head = (await done(['journal', 'head'], host.home)).stdout;

  // the first host is gone, home and keys and all
  rmSync(host.directory, { recursive: true });
  const other = join(directory, 'host-b');
  mkdirSync(other, { mode: 0o700 });

  const first = await done(
    ['backup', 'restore', copies[0] ?? '', '-i', offlineKey, '--yes', '--fenced', 'burnt', '--json'],
    other,
  );
  expect(first.json()).toMatchObject({ verdict: 'restored', proven: [ids.cometbft, ids.solana] });
  expect(below('/', lived)).toEqual(lived);

  const root = join(directory, 'host-b-root');
  const quorum = [0, 2, 4];
  const second = await done(
    [
      ...['backup', 'restore', copies[1] ?? '', '--root', root, '--yes', '--json'],
      ...quorum.flatMap((at) => ['--share', shares[at] ?? '', '-i', trustees[at] ?? '']),
    ],
    other,
  );
  expect(second.json()).toMatchObject({ verdict: 'restored', proven: [ids.cometbft, ids.solana] });
  expect(below(root, lived)).toEqual(lived);

  // what came back is what the cards say, for whoever holds a card
  for (const [kind, to] of [
    ['cometbft', host.comet],
    ['solana', host.solana],
  ] as const) {
    const at = (extension: string): string => join(directory, 'stick', `${kind}.${extension}`);
    const again = ['identity', 'restore', at('age'), '--card', at('json'), '-i', offlineKey, '--to', to, '--yes'];
    expect((await done([...again, '--json'], other)).json()).toMatchObject({
      verdict: 'nothing-to-do',
      publicId: ids[kind],
    });
  }

  const journal = (await done(['journal', 'show', '--json'], other)).json()['entries'] as Record<string, unknown>[];
  const restores = journal.filter(({ action, phase }) => action === 'backup.restore' && phase === 'done');
  expect(restores.map(({ details }) => (details as Record<string, unknown>)['fenced'])).toEqual([
    'burnt',
    'asserted by --yes',
  ]);
  await done(['journal', 'verify'], other);
  // the head that went into the backup is that of the dead host's journal
  const anchor = join(root, host.home, 'journal-head.txt');
  expect(existsSync(anchor)).toBe(true);
  expect(Number(readFileSync(anchor, 'utf8').split(' ')[0])).toBeLessThan(Number(head.split(' ')[0]));

  const two = quorum.slice(0, 2).flatMap((at) => ['--share', shares[at] ?? '', '-i', trustees[at] ?? '']);
  const few = await valops(['backup', 'restore', copies[1] ?? '', '--root', join(directory, 'x'), '--yes', ...two], {
    home: other,
  });
  expect([few.status, existsSync(join(directory, 'x'))]).toEqual([1, false]);
  expect(few.stderr).toContain('2 of the 3 shares');
});
