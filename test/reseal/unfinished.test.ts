import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { takeLock } from '../../src/store/lock.ts';
import { makeHomes } from '../support/home.ts';
import { sealFile, textOf } from '../support/sealed-files.ts';
import { valops, type Ran } from '../support/valops.ts';

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
  const record = join(homes[0], 'reseal', `${id}.json`);
  const staged = at(`files/b.age.resealed-${id}`);
  writeFileSync(staged, readFileSync(at('files/b.age')));
  writeFileSync(at('files/b.age'), old);
  const halted = { ...(JSON.parse(readFileSync(record, 'utf8')) as object), phase: 'switching', endedAt: null };
  writeFileSync(record, JSON.stringify(halted));
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

  test('nothing begins while its record cannot be read', async () => {
    const { run, record } = await halt();
    writeFileSync(record, '{"schema":');
    const refused = await run('--yes');
    expect([refused.status, refused.json()['code']]).toEqual([1, 'RESEAL_RECORD_BROKEN']);
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
  const forged = JSON.parse(readFileSync(record, 'utf8')) as { replacements: { path: string; after: object }[] };
  for (const one of forged.replacements) if (one.path === at('files/a.age')) one.after = digest;
  writeFileSync(record, JSON.stringify(forged));
  const done = await run('--removed', keys[1], '--yes');
  expect(done.json()).toMatchObject({ verdict: 'resealed', resealed: 1 });
  expect(await textOf(at('files/a.age'), keys[1])).toBeNull();
});
