import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { takeLock } from '../../src/store/lock.ts';
import { makeHomes } from '../support/home.ts';
import { sealFile, textOf } from '../support/sealed-files.ts';
import { program, start, valops, type Ran } from '../support/valops.ts';

interface Halted {
  readonly at: (name: string) => string;
  readonly record: string;
  readonly staged: string;
  readonly keys: readonly [string, string, string];
  readonly home: string;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
}

/** The state of a power cut right after the record said that everything is staged: two files, one of them renamed. */
async function halt(): Promise<Halted> {
  const { directory, homes, keys, recipients } = await makeHomes();
  const at = (name: string): string => join(directory, name);
  mkdirSync(at('files'));
  for (const name of ['a', 'b']) await sealFile(at(`files/${name}.age`), `text of ${name}`, recipients.slice(0, 2));
  writeFileSync(at('to.txt'), `${recipients[0]}\n${recipients[2]}\n`);
  const run = (...args: readonly string[]): Promise<Ran> =>
    valops(['reseal', at('files'), '--to', at('to.txt'), '-i', keys[0], '--json', ...args], { home: homes[0] });
  const old = readFileSync(at('files/b.age'));
  const done = await run('--yes');
  expect(done.status, done.stderr).toBe(0);
  const id = String(done.json()['transaction']);
  const record = join(homes[0], 'reseal', `${id}.switching.jsonl`);
  const staged = at(`files/b.age.resealed-${id}`);
  writeFileSync(staged, readFileSync(at('files/b.age')));
  writeFileSync(at('files/b.age'), old);
  renameSync(join(homes[0], 'reseal', `${id}.jsonl`), record);
  return { at, record, staged, keys, home: homes[0], run };
}

describe('a change of recipients that was stopped half way', () => {
  test('is completed by the next run, which needs no key for that, and then finds nothing to do', async () => {
    const { at, run, keys } = await halt();
    const planned = await run('--plan');
    expect(planned.json()).toMatchObject({ unfinished: [expect.any(String)] });
    expect(await textOf(at('files/b.age'), keys[1])).toBe('text of b');
    const finished = await run('--yes');
    expect(finished.json()).toMatchObject({
      verdict: 'nothing-to-do',
      settled: [{ outcome: 'finished', action: 'reseal', files: 2 }],
    });
    expect(await Promise.all(keys.map((key) => textOf(at('files/b.age'), key)))).toEqual([
      'text of b',
      null,
      'text of b',
    ]);
    expect(readdirSync(at('files'))).toEqual(['a.age', 'b.age']);
    expect((await run('--yes')).json()['settled']).toEqual([]);
  });

  test('is not completed over a file that somebody changed meanwhile', async () => {
    const { at, run, staged } = await halt();
    await sealFile(at('files/b.age'), 'another text', [readFileSync(at('to.txt'), 'utf8').split('\n')[0] ?? '']);
    const mine = readFileSync(at('files/b.age'));
    const refused = await run('--yes');
    expect([refused.status, refused.json()['code']]).toEqual([4, 'RESEAL_FILE_CHANGED']);
    expect(refused.json()['message']).toContain(at('files/b.age'));
    expect(readFileSync(at('files/b.age')).equals(mine)).toBe(true);
    expect(readFileSync(staged).length).toBeGreaterThan(0);
  });

  test('is not completed with a staged file that was altered', async () => {
    const { at, run, staged, keys } = await halt();
    const bytes = readFileSync(staged);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    writeFileSync(staged, bytes);
    const refused = await run('--yes');
    expect([refused.status, refused.json()['code']]).toEqual([4, 'RESEAL_FILE_CHANGED']);
    expect(refused.json()['message']).toContain(staged);
    expect(await textOf(at('files/b.age'), keys[1])).toBe('text of b');
  });

  test.each([
    ['of which only the beginning is there', () => '{"schema":'],
    ['that is empty', () => ''],
    ['without its last line', (text: string) => text.split('\n').slice(0, -2).join('\n') + '\n'],
    ['without one replacement', (text: string) => text.split('\n').toSpliced(1, 1).join('\n')],
    ['with a line that is none', (text: string) => text.replace('"stage":1', '"stage":7')],
  ])('nothing begins while there is a record %s', async (_, damage) => {
    const { at, run, record, keys } = await halt();
    writeFileSync(record, damage(readFileSync(record, 'utf8')));
    const refused = await run('--yes');
    expect([refused.status, refused.json()['code']]).toEqual([1, 'RESEAL_RECORD_BROKEN']);
    expect(await textOf(at('files/b.age'), keys[1])).toBe('text of b');
  });

  test('is cleared away where it had only staged, with all that a draft left', async () => {
    const { at, run, record, staged, home } = await halt();
    const list = record.replace('switching', 'staging');
    const [head, ...lines] = readFileSync(record, 'utf8').trim().split('\n');
    const names = lines
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { readonly what: string; readonly staged: string });
    writeFileSync(list, [head, ...names.map(({ what, staged }) => JSON.stringify({ what, staged })), ''].join('\n'));
    renameSync(record, `${record}.draft`);
    const planned = await run('--plan');
    expect(planned.json()).toMatchObject({ unfinished: [expect.any(String)] });
    expect(existsSync(staged)).toBe(true);
    const next = await run('--yes');
    expect(next.json()).toMatchObject({
      verdict: 'resealed',
      resealed: 2,
      settled: [{ outcome: 'discarded', files: 2 }],
    });
    expect(readdirSync(at('files'))).toEqual(['a.age', 'b.age']);
    expect(readdirSync(join(home, 'reseal')).toSorted()).toEqual([expect.stringMatching(/^\w{16}\.jsonl$/), 'lock']);
  });

  test('a list of what was staged is forgotten where the record has taken its place', async () => {
    const { run, record, home } = await halt();
    writeFileSync(record.replace('switching', 'staging'), readFileSync(record, 'utf8').split('\n')[0] + '\n');
    expect((await run('--yes')).json()).toMatchObject({ settled: [{ outcome: 'finished', files: 2 }] });
    expect(readdirSync(join(home, 'reseal')).filter((name) => name.includes('staging'))).toEqual([]);
  });

  test('nothing begins while another run is under way', async () => {
    const { run, home } = await halt();
    const release = takeLock(join(home, 'reseal/lock'), { wait: 0 });
    const refused = await run('--yes');
    release();
    expect([refused.status, refused.json()['code']]).toEqual([1, 'LOCK_BUSY']);
  });
});

test('a record that claims too much is not believed where a removed key was given', async () => {
  const { at, run, keys, record } = await halt();
  await run('--yes');
  const { recipients } = { recipients: readFileSync(at('to.txt'), 'utf8').trim().split('\n') };
  // sealed to the removed key still, while the record says otherwise
  const bob = (await valops(['keys', 'show'], { home: join(at('two')) })).stdout.trim();
  await sealFile(at('files/a.age'), 'text of a', [recipients[0] ?? '', bob]);
  const { createHash } = await import('node:crypto');
  const bytes = readFileSync(at('files/a.age'));
  const digest = { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
  const done = record.replace('.switching', '');
  const forged = readFileSync(done, 'utf8').split('\n');
  const line = forged.findIndex((text) => text.includes(`"path":"${at('files/a.age')}"`));
  forged[line] = JSON.stringify({ ...(JSON.parse(forged[line] ?? '') as object), after: digest });
  writeFileSync(done, forged.join('\n'));
  const sealed = await run('--removed', keys[1], '--yes');
  expect(sealed.json()).toMatchObject({ verdict: 'resealed', resealed: 1 });
  expect(await textOf(at('files/a.age'), keys[1])).toBeNull();
});

test('a signal leaves every file as it was, and nothing staged', async () => {
  const { directory, homes, keys, recipients } = await makeHomes();
  const at = (name: string): string => join(directory, name);
  mkdirSync(at('files'));
  await sealFile(at('files/0.age'), 'text', recipients.slice(0, 2));
  const old = readFileSync(at('files/0.age'));
  for (let i = 1; i < 300; i++) writeFileSync(at(`files/${i}.age`), old);
  writeFileSync(at('to.txt'), `${recipients[0]}\n${recipients[2]}\n`);
  const argv = [...program, 'reseal', at('files'), '--to', at('to.txt'), '-i', keys[0], '--yes'];
  const { child, ended } = start(argv, { home: homes[0] });
  const staged = (): readonly string[] => readdirSync(at('files')).filter((name) => name.includes('.resealed-'));
  while (staged().length < 20) await sleep(5);
  child.kill('SIGINT');
  expect((await ended).status).toBe(130);
  expect(staged()).toEqual([]);
  expect(readdirSync(join(homes[0], 'reseal'))).toEqual(['lock']);
  for (const name of readdirSync(at('files'))) expect(readFileSync(at(`files/${name}`)).equals(old)).toBe(true);
});
