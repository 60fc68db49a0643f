import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { activateRelease } from '../../src/sync/activate.ts';
import type { CommandSpec } from '../../src/sync/declaration.ts';
import { snapshot } from '../support/snapshot.ts';
import { demoFiles, demoTrial } from '../support/release-store.ts';

function sh(script: string, timeout = 5000): CommandSpec {
  return { run: ['/bin/sh', '-c', script], timeout };
}

function lines(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

describe('the check before the switch', () => {
  const check: CommandSpec = { run: ['bin/demo', '--version'], timeout: 5000 };

  test('passes when the output names the version', async () => {
    const { sync, current } = demoTrial({ check });
    const { to } = await sync('1.0.0');
    expect(current()).toBe(to);
  });

  test.each([
    [
      'another version',
      { run: ['bin/demo'], timeout: 5000 },
      '1.0.1',
      /does not name the version "1.0.1"; it said:\ndemo 1.0.0/,
    ],
    ['a shorter version than the program prints', { run: ['bin/demo'], timeout: 5000 }, '1.0', undefined],
    [
      'an expectation of its own',
      { run: ['bin/demo'], expect: 'src:{version}', timeout: 5000 },
      '1.0.0',
      /"src:1.0.0"/,
    ],
    [
      'exit status 3',
      sh('echo one >&2; echo 1.0.0; exit 3'),
      '1.0.0',
      /exit status 3, expected exit status 0; it said:/,
    ],
    ['silence', sh('exit 1'), '1.0.0', /exit status 1, expected exit status 0; it said nothing$/],
    ['no end', sh('echo 1.0.0; sleep 60', 200), '1.0.0', /did not end within 200 ms/],
    ['its own death', sh('kill -SEGV $$'), '1.0.0', /signal SIGSEGV/],
  ] as const)('%s', async (_what, check_, version, message) => {
    const trial = demoTrial();
    const before = await trial.sync('0.9.0');
    const kept = snapshot(trial.prefix);
    const attempt = trial.sync(version, { check: check_ }, demoFiles('1.0.0'));
    if (message === undefined) {
      await attempt;
      return;
    }
    await expect(attempt).rejects.toMatchObject({ code: 'SYNC_CHECK_FAILED', message: expect.stringMatching(message) });
    expect(trial.current()).toBe(before.to);
    expect(snapshot(trial.prefix)).toEqual(kept);
  });

  test('what a program prints cannot move the cursor', async () => {
    const { sync } = demoTrial({ check: sh(String.raw`printf '\033[2Jgone'; exit 1`) });
    await expect(sync('1.0.0')).rejects.toMatchObject({ message: expect.stringContaining(String.raw`\u{1b}[2Jgone`) });
  });

  test('a program that is not in the release is a fault of the configuration', async () => {
    const { sync, root } = demoTrial({ check: { run: ['bin/other'], timeout: 1000 } });
    await expect(sync('1.0.0')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('bin/demo'),
    });
    expect(readdirSync(root)).toEqual([]);
  });

  test.runIf(process.getuid?.() === 0)(
    'for root it runs as nobody, without privileges and without a network (needs root)',
    async () => {
      const fresh = demoTrial({
        check: sh(
          'test "$(id -u)" = 65534 && grep -q "NoNewPrivs:.1" /proc/self/status && grep -q "CapBnd:.0000000000000000" /proc/self/status && ! grep -q eth /proc/net/dev && echo 1.0.0',
        ),
      });
      chmodSync(fresh.directory, 0o755);
      await fresh.sync('1.0.0');
      expect(fresh.events.filter(({ kind }) => kind === 'note')).toEqual([]);
    },
  );
});

describe('the switch', () => {
  test('runs the restart hook once, then looks until it is healthy', async () => {
    const { sync, directory, root } = demoTrial();
    const log = join(directory, 'log');
    const { to } = await sync('1.0.0', {
      restart: sh(`echo "restart $VALOPS_NAME $VALOPS_VERSION $(readlink ${root}/current)" >>${log}`),
      health: sh(`echo health >>${log}; test "$(grep -c health ${log})" -ge 2`),
    });
    expect(lines(log)).toEqual([`restart demo 1.0.0 ${to}`, 'health', 'health']);
    expect(existsSync(join(root, 'pending.json'))).toBe(false);
  });

  test('a release that is not healthy gives way to the one before, which is restarted and proven', async () => {
    const trial = demoTrial();
    const log = join(trial.directory, 'log');
    const hooks = {
      restart: sh(`echo "restart $VALOPS_VERSION" >>${log}`),
      health: sh('echo "I am $VALOPS_VERSION"; test $VALOPS_VERSION = 1.0.0', 300),
    };
    const { to } = await trial.sync('1.0.0', hooks);
    await expect(trial.sync('1.1.0', hooks)).rejects.toMatchObject({
      code: 'SYNC_HEALTH_FAILED',
      exitStatus: 5,
      message: expect.stringContaining('it said:\nI am 1.1.0'),
    });
    expect(trial.current()).toBe(to);
    expect(lines(log)).toEqual(['restart 1.0.0', 'restart 1.1.0', 'restart 1.0.0']);
    expect(readdirSync(trial.root).filter((name) => name.endsWith('.json'))).toEqual(['held.json', 'history.json']);
    expect(trial.journal.at(-1)).toMatchObject({ record: { action: 'sync.switch' }, ended: 'SYNC_HEALTH_FAILED' });
  });

  test.each([
    ['a restart hook that fails', { restart: sh('exit 4') }, /restart hook .* exit status 4/],
    ['a restart hook that hangs', { restart: sh('sleep 60', 100) }, /did not end within 100 ms/],
  ] as const)('%s counts as not healthy', async (_what, hooks, message) => {
    const { sync, current } = demoTrial();
    const { to } = await sync('1.0.0');
    // both ways fail, so nobody knows what runs now
    await expect(sync('1.1.0', hooks)).rejects.toMatchObject({
      code: 'SYNC_SWITCH_UNPROVEN',
      exitStatus: 6,
      message: expect.stringMatching(message),
    });
    expect(current()).toBe(to);
  });

  test('without a release before, the unhealthy one stays and a person must look', async () => {
    const { sync, current, root } = demoTrial();
    await expect(sync('1.0.0', { health: sh('exit 1', 100) })).rejects.toMatchObject({
      code: 'SYNC_SWITCH_UNPROVEN',
      message: expect.stringContaining('nothing was active before'),
    });
    expect(current()).toMatch(/^1\.0\.0-/);
    expect(existsSync(join(root, 'pending.json'))).toBe(true);
  });

  test('there is no way back to a release that is not as it was installed', async () => {
    const { sync, current, root, events } = demoTrial();
    const { to } = await sync('1.0.0');
    writeFileSync(join(root, to, 'share/added'), '');
    await expect(sync('1.1.0', { health: sh('exit 1', 100) })).rejects.toMatchObject({ code: 'SYNC_SWITCH_UNPROVEN' });
    expect(current()).toMatch(/^1\.1\.0-/);
    expect(events).toContainEqual(expect.objectContaining({ message: expect.stringContaining('no way back') }));
  });

  test('a hook that is no program is told before anything is switched', async () => {
    const { sync, current } = demoTrial();
    const { to } = await sync('1.0.0');
    const restart: CommandSpec = { run: ['systemctl', 'restart', 'demo'], timeout: 1000 };
    await expect(sync('1.1.0', { restart })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(current()).toBe(to);
  });
});

describe('names in bin', () => {
  test.each([
    ['a file', (path: string) => writeFileSync(path, 'mine')],
    ['a link elsewhere', (path: string) => symlinkSync('/usr/bin/true', path)],
    ['a link of another binary', (path: string) => symlinkSync('../other/current/bin/demo', path)],
  ] as const)('%s is not taken over', async (_what, make) => {
    const { sync, prefix, root } = demoTrial();
    mkdirSync(join(prefix, 'bin'), { recursive: true });
    make(join(prefix, 'bin/demo'));
    await expect(sync('1.0.0')).rejects.toMatchObject({
      code: 'FILE_EXISTS',
      message: expect.stringContaining('bin/demo'),
    });
    expect(existsSync(join(root, 'current'))).toBe(false);
  });

  test('follow the programs of the active release', async () => {
    const { sync, prefix } = demoTrial();
    await sync('1.0.0');
    const { 'bin/demo': text = '' } = demoFiles('1.1.0');
    const members = [{ path: 'demo-{version}/bin/demo', install: 'bin/demo', mode: 0o755 }];
    await sync('1.1.0', { archive: { format: 'auto', members } }, { 'bin/demo': text });
    expect(readdirSync(join(prefix, 'bin'))).toEqual(['demo']);
    expect(readlinkSync(join(prefix, 'bin/demo'))).toBe('../demo/current/bin/demo');
  });
});

test('an older pin is a switch like any other, above the minimum', async () => {
  const { sync, current, make, doors } = demoTrial({ minimum: '1.0.0' });
  await sync('1.2.0');
  const { wanted, artifact, name } = make('1.0.0');
  await activateRelease(doors, wanted, artifact);
  expect(current()).toBe(name);
});
