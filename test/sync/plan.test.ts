import { chmodSync, existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { activateRelease } from '../../src/sync/activate.ts';
import type { Declaration } from '../../src/sync/declaration.ts';
import { worstStatus } from '../../src/sync/failure.ts';
import type { PinFile } from '../../src/sync/pin.ts';
import { planSync } from '../../src/sync/plan.ts';
import { selectBinaries } from '../../src/sync/select.ts';
import { demoTrial, pinsOf } from '../support/release-store.ts';

const signers = ['A'.repeat(40), 'B'.repeat(40)];

function signedBy(threshold: number, trusted: readonly string[]): Pick<Declaration, 'verify'> {
  return {
    verify: [{ type: 'openpgp', signatures: [{ file: 'x.asc' }], keys: ['k.asc'], signers: trusted, threshold }],
  };
}

/** The pins with evidence that two people signed. */
function signed(pins: PinFile): PinFile {
  const verified = [{ type: 'openpgp', signers, threshold: 2 }];
  const { demo } = pins.binaries;
  const pin = demo?.platforms['linux-x64'];
  if (demo === undefined || pin === undefined) throw new Error('demo is pinned');
  return { ...pins, binaries: { demo: { ...demo, platforms: { 'linux-x64': { ...pin, verified } } } } };
}

describe('a plan', () => {
  test('install, nothing to do, switch, repair', async () => {
    const trial = demoTrial();
    const old = trial.make('1.0.0');
    const plan = async (declaration: Declaration, pins: PinFile): Promise<unknown> =>
      (await planSync(trial.doors, [declaration], pins, 'linux-x64')).map(({ entry }) => entry);
    const { declaration } = old.wanted;
    expect(await plan(declaration, pinsOf(old.wanted))).toMatchObject([
      { action: 'install', from: null, to: old.name },
    ]);
    await activateRelease(trial.doors, old.wanted, old.artifact);
    expect(await plan(declaration, pinsOf(old.wanted))).toMatchObject([{ action: 'none', from: old.name }]);
    const next = trial.make('1.1.0');
    expect(await plan(next.wanted.declaration, pinsOf(next.wanted))).toMatchObject([
      { action: 'install', from: old.name, to: next.name, warnings: [] },
    ]);
    await activateRelease(trial.doors, next.wanted, next.artifact);
    expect(await plan(declaration, pinsOf(old.wanted))).toMatchObject([
      { action: 'switch', to: old.name, warnings: [expect.stringContaining('downgrade')] },
    ]);
    const directory = join(declaration.prefix, 'demo', next.name);
    writeFileSync(join(directory, 'bin/added'), 'x');
    expect(await plan(next.wanted.declaration, pinsOf(next.wanted))).toMatchObject([{ action: 'repair' }]);
    rmSync(join(directory, 'bin/added'));
    rmSync(join(declaration.prefix, 'bin/democtl'));
    expect(await plan(next.wanted.declaration, pinsOf(next.wanted))).toMatchObject([{ action: 'repair' }]);
  });

  test('one bit that a disk turned, which neither size nor time betrays, is found and repaired', async () => {
    const trial = demoTrial();
    const { wanted, artifact, name } = trial.make('1.0.0');
    await activateRelease(trial.doors, wanted, artifact);
    const path = join(wanted.declaration.prefix, 'demo', name, 'share/genesis.json');
    const [bytes, { atime, mtime }] = [readFileSync(path), statSync(path)];
    const turned = Buffer.from(bytes);
    turned[0] = (turned[0] ?? 0) ^ 1;
    chmodSync(path, 0o644);
    writeFileSync(path, turned);
    utimesSync(path, atime, mtime);
    chmodSync(path, 0o444);
    const planned = await planSync(trial.doors, [wanted.declaration], pinsOf(wanted), 'linux-x64');
    expect(planned).toMatchObject([{ entry: { action: 'repair', from: name, to: name } }]);
    expect(await activateRelease(trial.doors, wanted, artifact)).toMatchObject({ how: 'repaired', changed: true });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test('an active release whose directory is gone is made anew, and proven like one that was repaired', async () => {
    const trial = demoTrial();
    const { wanted, artifact, name } = trial.make('1.0.0');
    await activateRelease(trial.doors, wanted, artifact);
    const path = join(wanted.declaration.prefix, 'demo', name);
    rmSync(path, { recursive: true });
    const planned = await planSync(trial.doors, [wanted.declaration], pinsOf(wanted), 'linux-x64');
    expect(planned).toMatchObject([
      { entry: { action: 'repair', from: name, to: name, reason: 'active, but not there any more' } },
    ]);
    expect(await activateRelease(trial.doors, wanted, artifact)).toMatchObject({ how: 'repaired', changed: true });
    expect(existsSync(join(path, 'release.json'))).toBe(true);
    expect(existsSync(join(wanted.declaration.prefix, 'demo/pending.json'))).toBe(false);
  });

  test.each<[string, Partial<Declaration>, string]>([
    ['another version', { version: '1.0.1' }, 'SYNC_PIN_OUTDATED'],
    ['a minimum above it', { minimum: '1.0.1' }, 'SYNC_DOWNGRADE'],
    [
      'another file',
      { archive: { format: 'auto', members: [{ path: 'a', install: 'bin/a', mode: 0o755 }] } },
      'SYNC_PIN_OUTDATED',
    ],
    ['a proof that was never made', { verify: [{ type: 'sha256sums', file: 'SHA256SUMS' }] }, 'SYNC_SIGNERS_TOO_FEW'],
    ['other signers', signedBy(1, ['C'.repeat(40)]), 'SYNC_SIGNERS_TOO_FEW'],
    ['one of them no longer trusted', signedBy(2, [signers[0] ?? '', 'C'.repeat(40)]), 'SYNC_SIGNERS_TOO_FEW'],
    [
      'another platform',
      { platforms: [{ id: 'linux-arm64', os: 'linux', arch: 'a', target: 't' }] },
      'SYNC_NO_PLATFORM',
    ],
  ])('a declaration that by now wants %s is refused', async (_name, changes, code) => {
    const trial = demoTrial();
    const { wanted } = trial.make('1.0.0');
    const planned = await planSync(
      trial.doors,
      [{ ...wanted.declaration, ...changes }],
      signed(pinsOf(wanted)),
      'linux-x64',
    );
    expect(planned).toMatchObject([{ wanted: undefined, entry: { action: 'refused', failure: { code } } }]);
  });

  test('signers who still suffice are enough', async () => {
    const trial = demoTrial();
    const { wanted } = trial.make('1.0.0');
    const declaration = { ...wanted.declaration, ...signedBy(1, [signers[1] ?? '', 'C'.repeat(40)]) };
    const [planned] = await planSync(trial.doors, [declaration], signed(pinsOf(wanted)), 'linux-x64');
    expect(planned?.entry).toMatchObject({ action: 'install', failure: null });
  });

  test('one that is refused does not keep the others from being planned', async () => {
    const trial = demoTrial();
    const { wanted } = trial.make('1.0.0');
    const other = { ...wanted.declaration, name: 'other' };
    const planned = await planSync(trial.doors, [other, wanted.declaration], pinsOf(wanted), 'linux-x64');
    expect(planned.map(({ entry }) => entry.action)).toEqual(['refused', 'install']);
  });
});

test('names select, each once; an unknown one is refused', () => {
  const { wanted } = demoTrial().make('1.0.0');
  const declared = [wanted.declaration, { ...wanted.declaration, name: 'other' }];
  expect(selectBinaries(declared, []).length).toBe(2);
  expect(selectBinaries(declared, ['other', 'other']).map(({ name }) => name)).toEqual(['other']);
  expect(() => selectBinaries(declared, ['othr'])).toThrow(expect.objectContaining({ code: 'SYNC_UNKNOWN_BINARY' }));
});

test('of several failures the gravest counts', () => {
  const failure = (exitStatus: 1 | 2 | 4 | 5 | 6) => ({ code: 'USAGE', message: '', hint: null, exitStatus }) as const;
  expect(worstStatus([null, failure(2), failure(1), failure(4)])).toBe(4);
  expect(worstStatus([failure(4), failure(5), failure(6)])).toBe(6);
  expect(worstStatus([null])).toBeUndefined();
});
