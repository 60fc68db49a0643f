import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyInstalled } from '../../src/sync/verify.ts';
import { activateRelease } from '../../src/sync/activate.ts';
import { demo, demoTrial, pinsOf, platform } from '../support/release-store.ts';

async function installed() {
  const trial = demoTrial();
  const { to: old } = await trial.sync('1.0.0');
  const { wanted, artifact, name } = trial.make('1.1.0');
  await activateRelease(trial.doors, wanted, artifact);
  const verify = () => verifyInstalled(trial.doors, demo(trial.prefix), pinsOf(wanted), platform.id);
  return { ...trial, old, name, verify, wanted };
}

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[20] = (bytes[20] ?? 0) ^ 0x20;
  chmodSync(path, 0o755);
  writeFileSync(path, bytes);
  chmodSync(path, 0o555);
}

test('all of every release is hashed, and found as it was installed', async () => {
  const { verify, old, name } = await installed();
  const verified = await verify();
  expect(verified).toMatchObject({ name: 'demo', ok: true, problems: [], leftovers: [] });
  expect(verified.releases.map(({ release, active, pinned, files }) => ({ release, active, pinned, files }))).toEqual([
    { release: old, active: false, pinned: false, files: 3 },
    { release: name, active: true, pinned: true, files: 3 },
  ]);
  expect(verified.releases.every(({ bytes }) => bytes > 5000)).toBe(true);
});

test.each([
  ['one bit', 'bytes', 'bin/demo', (release: string) => flipBit(join(release, 'bin/demo'))],
  ['one bit of an old one', 'bytes', 'bin/demo', (_release: string, old: string) => flipBit(join(old, 'bin/demo'))],
  ['a mode', 'mode', 'share', (release: string) => chmodSync(join(release, 'share'), 0o775)],
  ['a name more', 'extra', 'share/.hidden', (release: string) => writeFileSync(join(release, 'share/.hidden'), '')],
  [
    'a pipe for a file',
    'type',
    'bin/demo',
    (release: string) => (
      unlinkSync(join(release, 'bin/demo')),
      void execFileSync('mkfifo', [join(release, 'bin/demo')])
    ),
  ],
  [
    'a link to the same bytes',
    'type',
    'bin/demo',
    (release: string) => (
      renameSync(join(release, 'bin/demo'), join(release, '../../x')),
      symlinkSync('../../../x', join(release, 'bin/demo'))
    ),
  ],
] as const)('%s is found and named', async (_what, problem, path, change) => {
  const { verify, root, name, old } = await installed();
  change(join(root, name), join(root, old));
  const verified = await verify();
  expect(verified.ok).toBe(false);
  expect(verified.releases.flatMap(({ problems }) => problems)).toContainEqual(
    expect.objectContaining({ path, problem }),
  );
});

test('a record that was made to fit other bytes does not stand against the pin', async () => {
  const { verify, root, name, wanted } = await installed();
  const program = join(root, name, 'bin/demo');
  flipBit(program);
  const record = join(root, name, 'release.json');
  const digest = execFileSync('sha256sum', [program]).toString().slice(0, 64);
  chmodSync(record, 0o644);
  writeFileSync(record, readFileSync(record, 'utf8').replace(wanted.pin.files['bin/demo']?.sha256 ?? '?', digest));
  chmodSync(record, 0o444);
  const problems = (await verify()).releases.flatMap((one) => one.problems);
  expect(problems).toContainEqual(expect.objectContaining({ path: 'release.json', problem: 'record' }));
  expect(problems).toContainEqual(expect.objectContaining({ path: 'bin/demo', problem: 'bytes', found: digest }));
});

test.runIf(process.getuid?.() === 0)('owners (needs root)', async () => {
  const { verify, root, name } = await installed();
  chownSync(join(root, name, 'bin/demo'), 1234, 1234);
  expect((await verify()).releases[1]?.problems).toEqual([
    { path: 'bin/demo', problem: 'owner', expected: 'user 0', found: 'user 1234' },
  ]);
});

test('links, names beside the releases, a release under the name of another, and who may write', async () => {
  const { verify, root, prefix, name, old, doors } = await installed();
  unlinkSync(join(prefix, 'bin/demo'));
  symlinkSync('/tmp/evil', join(prefix, 'bin/demo'));
  writeFileSync(join(root, 'notes'), '');
  mkdirSync(join(root, '.staging-0123456789abcdef'));
  renameSync(join(root, old), join(root, '1.0.1-000000000000'));
  chmodSync(root, 0o777);
  const verified = await verify();
  expect(verified.leftovers).toEqual(['.staging-0123456789abcdef']);
  expect(verified.problems.map(({ path, problem }) => `${problem} ${path}`).sort()).toEqual([
    'extra demo/notes',
    'link bin/demo',
    'owner .',
  ]);
  expect(verified.releases[0]?.problems).toEqual([
    { path: '.', problem: 'record', expected: 'demo/1.0.1-000000000000', found: `demo/${old}` },
  ]);
  doors.trees.replaceLink(join(root, 'current'), '../../../tmp');
  expect((await verify()).problems).toContainEqual(
    expect.objectContaining({ path: 'demo/current', found: '../../../tmp' }),
  );
  expect(name).not.toBe(old);
});

test('nothing installed is nothing wrong', async () => {
  const { doors, prefix } = demoTrial();
  const none = { schema: 'valops/lock/1', binaries: {} } as const;
  expect(await verifyInstalled(doors, demo(prefix), none, platform.id)).toEqual({
    name: 'demo',
    releases: [],
    problems: [],
    leftovers: [],
    ok: true,
  });
});
