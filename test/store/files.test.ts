import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ValopsError } from '../../src/lib/errors.ts';
import { createFiles } from '../../src/store/files.ts';
import { canTrace } from '../support/kill-sweep.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { buildDriver, runDriver, startDriver } from './driver.ts';

const files = createFiles();
const isRoot = process.getuid?.() === 0;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const deadPid = spawnSync('true').pid;

function failure(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof ValopsError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: '' };
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof ValopsError ? error.code : Promise.reject(error)),
  );
}

let home: string;
let driver: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'valops-files-'));
  chmodSync(home, 0o755);
  driver = buildDriver(home);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('create and replace', () => {
  test('what is written is what is read, and nothing else is left', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2000 }).map((part) => Buffer.concat([part, part, part])),
        fc.constantFrom(0o600, 0o644, 0o400),
        (content, mode) => {
          const directory = mkdtempSync(join(tmpdir(), 'valops-files-'));
          try {
            const path = join(directory, 'name with "quotes" and ü');
            files.create(path, content, { mode });
            expect(Buffer.from(files.read(path))).toEqual(Buffer.from(content));
            expect(files.stat(path)).toMatchObject({ type: 'file', mode, size: content.length });
            expect(files.list(directory)).toEqual(['name with "quotes" and ü']);
          } finally {
            rmSync(directory, { recursive: true });
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each(['000', '022', '077', '777'])('modes are exact under umask %s', (mask) => {
    const directory = temporaryDirectory();
    for (const job of ['create', 'replace', 'directories']) {
      const run = runDriver(driver, [job, directory], { prefix: ['sh', '-c', `umask ${mask}; exec "$@"`, 'sh'] });
      // Under umask 777 a user without privileges cannot enter the directories it makes.
      if (isRoot || mask !== '777' || job !== 'directories')
        expect([job, run.status, run.stdout]).toEqual([job, 0, '']);
    }
    expect(files.stat(join(directory, 'target'))?.mode).toBe(0o640);
    if (isRoot || mask !== '777') {
      expect(files.stat(join(directory, 'a'))?.mode).toBe(0o750);
      expect(files.stat(join(directory, 'a', 'b'))?.mode).toBe(0o750);
    }
  });

  test('create refuses whatever has the name', () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'x');
    const makers: readonly (() => void)[] = [
      () => writeFileSync(path, 'old'),
      () => mkdirSync(path),
      () => symlinkSync('/nowhere', path),
      () => spawnSync('mkfifo', [path]),
    ];
    for (const make of makers) {
      make();
      expect(failure(() => files.create(path, bytes('new'), { mode: 0o600 }))).toEqual({
        code: 'FILE_EXISTS',
        message: `"${path}" exists already`,
      });
      expect(files.list(directory)).toEqual(['x']);
      rmSync(path, { recursive: true });
    }
  });

  test('replace refuses a link, a directory and a pipe, and leaves them', () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'x');
    writeFileSync(join(directory, 'real'), 'old');
    for (const make of [() => symlinkSync('real', path), () => mkdirSync(path), () => spawnSync('mkfifo', [path])]) {
      make();
      expect(failure(() => files.replace(path, bytes('new'), { mode: 0o600 })).code).toBe('FILE_UNWRITABLE');
      expect(files.list(directory)).toEqual(['real', 'x']);
      expect(readFileSync(join(directory, 'real'), 'utf8')).toBe('old');
      rmSync(path, { recursive: true });
    }
  });

  test('replace makes a new file: another name of the old one keeps the old content', () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'x');
    writeFileSync(path, 'old');
    linkSync(path, join(directory, 'other'));
    files.replace(path, bytes('new'), { mode: 0o600 });
    expect(readFileSync(join(directory, 'other'), 'utf8')).toBe('old');
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  test('of twenty processes that create the same file exactly one succeeds', async () => {
    const directory = temporaryDirectory();
    const runs = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        startDriver(driver, ['create', directory, String.fromCharCode(97 + index)]),
      ),
    );
    const winners = runs.flatMap(({ code }, index) => (code === 0 ? [index] : []));
    expect(winners).toHaveLength(1);
    const letter = String.fromCharCode(97 + (winners[0] ?? -1));
    expect(readFileSync(join(directory, 'target'), 'utf8')).toBe(letter.repeat(5000));
    expect(runs.filter(({ stdout }) => stdout.includes('"FILE_EXISTS"'))).toHaveLength(19);
    expect(readdirSync(directory)).toEqual(['target']);
  }, 60_000);

  test('temporary files of dead processes go, those of living ones and of others stay', () => {
    const directory = temporaryDirectory();
    const stay = [
      `.x.valops-${process.pid}-01234567`,
      `.y.valops-${deadPid}-01234567`,
      `.x.valops-${deadPid}-0123456`,
      '.x.valops-',
    ];
    for (const name of [...stay, `.x.valops-${deadPid}-01234567`]) writeFileSync(join(directory, name), '');
    mkdirSync(join(directory, `.x.valops-${deadPid}-deadbeef`));
    files.replace(join(directory, 'x'), bytes('new'), { mode: 0o600 });
    expect(files.list(directory)).toEqual([...stay, `.x.valops-${deadPid}-deadbeef`, 'x'].sort());
  });

  test('a name of 255 bytes can be written', () => {
    const path = join(temporaryDirectory(), `${'ü'.repeat(127)}x`);
    files.create(path, bytes('new'), { mode: 0o600 });
    expect(files.stat(path)?.size).toBe(3);
  });

  test('errors name the path and say why', () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'absent', 'x');
    expect(failure(() => files.create(path, bytes(''), { mode: 0o600 }))).toEqual({
      code: 'FILE_UNWRITABLE',
      message: `cannot write "${path}": no such file or directory`,
    });
    writeFileSync(join(directory, 'file'), '');
    expect(failure(() => files.replace(join(directory, 'file', 'x'), bytes(''), { mode: 0o600 }))).toEqual({
      code: 'FILE_UNWRITABLE',
      message: `cannot write "${join(directory, 'file', 'x')}": a part of the path is not a directory`,
    });
    const long = join(directory, 'x'.repeat(300));
    expect(failure(() => files.create(long, bytes(''), { mode: 0o600 })).message).toMatch(/: the name is too long$/);
  });

  test('a directory without write permission: nothing is left, and the error says so', () => {
    const directory = temporaryDirectory();
    chmodSync(directory, 0o555);
    const run = runDriver(driver, ['create', directory], { unprivileged: true });
    expect(run.failure.code).toBe('FILE_UNWRITABLE');
    expect(run.failure.message).toBe(`cannot write "${directory}/target": permission denied`);
    expect(run.failure.hint).toMatch(/owner and mode/);
    chmodSync(directory, 0o755);
    expect(files.list(directory)).toEqual([]);
  });

  test.runIf(isRoot)('the owner is set (needs root)', () => {
    const path = join(temporaryDirectory(), 'x');
    files.create(path, bytes('x'), { mode: 0o640, owner: { uid: 65534, gid: 65533 } });
    expect(files.stat(path)).toMatchObject({ uid: 65534, gid: 65533, mode: 0o640 });
  });

  test('an owner which the user may not give: nothing is left', () => {
    const directory = temporaryDirectory();
    chmodSync(directory, 0o777);
    const run = runDriver(driver, ['createForRoot', directory], { unprivileged: true });
    expect(run.failure.message).toBe(`cannot write "${directory}/target": operation not permitted`);
    expect(files.list(directory)).toEqual([]);
  });
});

describe.runIf(isRoot)('a full disk (needs root to mount a tmpfs of 64 KiB)', () => {
  test('create, replace and stage leave what was there, and say so', async () => {
    const directory = temporaryDirectory();
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]).status).toBe(0);
    try {
      const path = join(directory, 'x');
      writeFileSync(path, 'old');
      const big = new Uint8Array(100_000);
      const expected = { code: 'FILE_UNWRITABLE', message: `cannot write "${path}": no space left on device` };
      expect(failure(() => files.replace(path, big, { mode: 0o600 }))).toEqual(expected);
      expect(failure(() => files.create(`${path}y`, big, { mode: 0o600 })).code).toBe('FILE_UNWRITABLE');
      const staged = await files.stage(path, { mode: 0o600 });
      await staged.write(big);
      expect(await failureOf(staged.publish('replace'))).toBe('FILE_UNWRITABLE');
      const long = await files.stage(path, { mode: 0o600 });
      // An error of a write in flight is reported by a later call, not lost.
      const errors = [];
      for (let round = 0; round < 4; round++) errors.push(await failureOf(long.write(new Uint8Array(2 * 1024 * 1024))));
      expect(errors).toContain('FILE_UNWRITABLE');
      await long.discard();
      expect(files.list(directory)).toEqual(['x']);
      expect(readFileSync(path, 'utf8')).toBe('old');
    } finally {
      spawnSync('umount', ['-l', directory]);
    }
  });
});

describe.runIf(canTrace)(
  'a file system without links or modes (needs strace to make the calls fail as FAT does)',
  () => {
    const failing = (calls: string, error: string): readonly string[] => [
      '/usr/bin/strace',
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      `trace=${calls}`,
      '-e',
      `inject=${calls}:error=${error}`,
    ];

    test.each(['EPERM', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])('link(2) fails with %s: exclusive all the same', (error) => {
      const directory = temporaryDirectory();
      for (const job of ['create', 'stage']) {
        expect(runDriver(driver, [job, directory], { prefix: failing('link,linkat', error) }).stdout).toBe('');
        expect(files.stat(join(directory, 'target'))).toMatchObject({ mode: 0o640, size: 5000 });
        expect(runDriver(driver, [job, directory], { prefix: failing('link,linkat', error) }).failure.code).toBe(
          'FILE_EXISTS',
        );
        expect(files.list(directory)).toEqual(['target']);
        rmSync(join(directory, 'target'));
      }
    });

    test('without links, a failing rename takes the reserved name away again', () => {
      const directory = temporaryDirectory();
      const run = runDriver(driver, ['create', directory], {
        prefix: failing('link,linkat,rename,renameat,renameat2', 'EPERM'),
      });
      expect(run.failure.code).toBe('FILE_UNWRITABLE');
      expect(files.list(directory)).toEqual([]);
    });

    test('fchmod(2) without effect is accepted', () => {
      const directory = temporaryDirectory();
      expect(runDriver(driver, ['create', directory], { prefix: failing('fchmod', 'EPERM') }).stdout).toBe('');
      expect(files.stat(join(directory, 'target'))?.mode).toBe(0o600);
    });

    test.each([
      ['fsync', 'EIO', 'input/output error'],
      ['fchmod', 'EIO', 'input/output error'],
      ['link', 'EACCES', 'permission denied'],
    ])('%s(2) fails with %s: nothing under the name', (call, error, words) => {
      const directory = temporaryDirectory();
      const run = runDriver(driver, ['create', directory], { prefix: failing(call, error) });
      expect(run.failure).toMatchObject({
        code: 'FILE_UNWRITABLE',
        message: `cannot write "${directory}/target": ${words}`,
      });
      expect(files.list(directory)).toEqual([]);
    });
  },
);

describe('stage', () => {
  test('the bytes of any writes, in order, when two buffers take turns as the contract allows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 900_000 }), { maxLength: 8 }), async (sizes) => {
        const directory = mkdtempSync(join(tmpdir(), 'valops-files-'));
        try {
          const path = join(directory, 'x');
          const staged = await files.stage(path, { mode: 0o644 });
          const expected = sizes.map((size, index) => Buffer.alloc(size, index + 1));
          const buffers = [Buffer.alloc(900_000), Buffer.alloc(900_000)] as const;
          for (const [index, part] of expected.entries()) {
            const lent = buffers[(index % 2) as 0 | 1].subarray(0, part.length);
            part.copy(lent);
            await staged.write(lent);
          }
          expect(statSync(staged.path).mode & 0o777).toBe(0o600);
          expect(files.stat(path)).toBeNull();
          await staged.publish('exclusive');
          expect(readFileSync(path).equals(Buffer.concat(expected))).toBe(true);
          await staged.discard();
          expect(files.list(directory)).toEqual(['x']);
          expect(files.stat(path)?.mode).toBe(0o644);
        } finally {
          rmSync(directory, { recursive: true });
        }
      }),
      { numRuns: 20 },
    );
  });

  test('discard leaves nothing, twice', async () => {
    const directory = temporaryDirectory();
    const staged = await files.stage(join(directory, 'x'), { mode: 0o600 });
    await staged.write(bytes('new'));
    await staged.discard();
    await staged.discard();
    expect(files.list(directory)).toEqual([]);
  });

  test('exclusive refuses a name that came meanwhile, and leaves nothing of its own', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'x');
    const staged = await files.stage(path, { mode: 0o600 });
    writeFileSync(path, 'theirs');
    expect(await failureOf(staged.publish('exclusive'))).toBe('FILE_EXISTS');
    expect(files.list(directory)).toEqual(['x']);
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });

  test('replace refuses a link, whether it leads somewhere or not', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'real'), 'old');
    for (const target of ['real', 'nowhere']) {
      const path = join(directory, `to-${target}`);
      symlinkSync(target, path);
      const staged = await files.stage(path, { mode: 0o600 });
      await staged.write(bytes('new'));
      expect(await failureOf(staged.publish('replace'))).toBe('FILE_UNWRITABLE');
    }
    expect(files.list(directory)).toEqual(['real', 'to-nowhere', 'to-real']);
    expect(readFileSync(join(directory, 'real'), 'utf8')).toBe('old');
  });

  test('a directory is refused at once; a device takes the bytes itself', async () => {
    const directory = temporaryDirectory();
    expect(await failureOf(files.stage(directory, { mode: 0o600 }))).toBe('FILE_UNWRITABLE');
    const staged = await files.stage('/dev/null', { mode: 0o600 });
    await staged.write(new Uint8Array(3_000_000));
    await staged.publish('replace');
    await staged.discard();
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    const full = await files.stage('/dev/full', { mode: 0o600 });
    await full.write(bytes('x'));
    expect(await failureOf(full.publish('replace'))).toBe('FILE_UNWRITABLE');
  });

  test('a pipe gets the bytes', async () => {
    const path = join(temporaryDirectory(), 'pipe');
    spawnSync('mkfifo', [path]);
    const reading = startDriverReading(path);
    const staged = await files.stage(path, { mode: 0o600 });
    await staged.write(Buffer.alloc(2_500_000, 7));
    await staged.publish('replace');
    expect(await reading).toBe(2_500_000);
  });
});

async function startDriverReading(path: string): Promise<number> {
  let length = 0;
  for await (const chunk of files.stream(path)) length += chunk.length;
  return length;
}

describe('read and stream', () => {
  test('limits are exact', () => {
    const path = join(temporaryDirectory(), 'x');
    writeFileSync(path, Buffer.alloc(1000));
    expect(files.read(path, 1000)).toHaveLength(1000);
    expect(failure(() => files.read(path, 999))).toEqual({
      code: 'FILE_TOO_LARGE',
      message: `"${path}" is larger than 999 bytes, the most that is read here`,
    });
    expect(files.read('/proc/self/status').length).toBeGreaterThan(100);
  });

  test('a directory, a device, a pipe without a writer and a missing file are refused without waiting', async () => {
    const directory = temporaryDirectory();
    spawnSync('mkfifo', [join(directory, 'pipe')]);
    expect(failure(() => files.read(directory)).message).toBe(`cannot read "${directory}": it is a directory`);
    expect(failure(() => files.read('/dev/zero')).message).toBe('cannot read "/dev/zero": it is a device');
    expect(failure(() => files.read(join(directory, 'pipe'))).code).toBe('FILE_UNREADABLE');
    expect(failure(() => files.read(join(directory, 'absent'))).code).toBe('FILE_NOT_FOUND');
    for (const [path, code] of [
      [directory, 'FILE_UNREADABLE'],
      [join(directory, 'absent'), 'FILE_NOT_FOUND'],
    ] as const) {
      expect(await failureOf(startDriverReading(path))).toBe(code);
    }
  });

  test('a pipe with a slow writer is read to its end', () => {
    const directory = temporaryDirectory();
    symlinkSync('/dev/fd/9', join(directory, 'target'));
    const shell = 'exec 9< <(sleep 0.3; printf slow; sleep 0.3; printf " writer"); exec "$@"';
    const run = runDriver(driver, ['read', directory], { prefix: ['bash', '-c', shell, 'bash'] });
    expect(run.stdout).toBe('slow writer\n');
  });

  test('of a pipe no more than the limit is read', () => {
    const directory = temporaryDirectory();
    symlinkSync('/dev/fd/9', join(directory, 'target'));
    const run = runDriver(driver, ['read', directory], { prefix: ['bash', '-c', 'exec 9< <(yes); exec "$@"', 'bash'] });
    expect(run.failure.code).toBe('FILE_TOO_LARGE');
  });

  test('without permission', () => {
    const directory = temporaryDirectory();
    chmodSync(directory, 0o755);
    writeFileSync(join(directory, 'target'), 'x', { mode: 0o600 });
    if (isRoot) chownSync(join(directory, 'target'), 0, 0);
    else chmodSync(join(directory, 'target'), 0);
    expect(runDriver(driver, ['read', directory], { unprivileged: true }).failure.message).toBe(
      `cannot read "${directory}/target": permission denied`,
    );
  });

  test('chunks are at most 1 MiB, hold until the next is asked for, and together are the file; leaving early closes it', async () => {
    const path = join(temporaryDirectory(), 'x');
    const content = Buffer.alloc(2_500_000, 'abc');
    writeFileSync(path, content);
    const chunks: Uint8Array[] = [];
    for await (const chunk of files.stream(path)) {
      // long enough for the read ahead to finish: it must not touch this chunk
      await sleep(20);
      chunks.push(Uint8Array.from(chunk));
    }
    expect(chunks.map((chunk) => chunk.length)).toEqual([1048576, 1048576, 402848]);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    const before = readdirSync('/proc/self/fd').length;
    for await (const chunk of files.stream(path)) {
      expect(chunk).toHaveLength(1048576);
      break;
    }
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });
});

describe('names', () => {
  test('stat is of the name itself, and null for none', () => {
    const directory = temporaryDirectory();
    symlinkSync('/etc/passwd', join(directory, 'link'));
    expect(files.stat(join(directory, 'link'))?.type).toBe('link');
    expect(files.stat(directory)?.type).toBe('directory');
    expect(files.stat('/dev/null')?.type).toBe('other');
    expect(files.stat(join(directory, 'absent'))).toBeNull();
    expect(files.stat('/etc/passwd/x')).toBeNull();
  });

  test('list sorts, is empty for no directory, and refuses a file', () => {
    const directory = temporaryDirectory();
    for (const name of ['b', 'a', 'C']) writeFileSync(join(directory, name), '');
    expect(files.list(directory)).toEqual(['C', 'a', 'b']);
    expect(files.list(join(directory, 'absent'))).toEqual([]);
    expect(failure(() => files.list(join(directory, 'a'))).code).toBe('FILE_UNREADABLE');
  });

  test('ensureDirectory leaves an existing directory as it is and refuses a file in the way', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'a'), { mode: 0o755 });
    files.ensureDirectory(join(directory, 'a', 'b', 'c'), { mode: 0o700 });
    expect(files.stat(join(directory, 'a'))?.mode).toBe(0o755);
    expect(files.stat(join(directory, 'a', 'b'))?.mode).toBe(0o700);
    writeFileSync(join(directory, 'f'), '');
    expect(failure(() => files.ensureDirectory(join(directory, 'f', 'x'), { mode: 0o700 })).code).toBe(
      'FILE_UNWRITABLE',
    );
    symlinkSync('nowhere', join(directory, 'dangling'));
    expect(failure(() => files.ensureDirectory(join(directory, 'dangling'), { mode: 0o700 })).code).toBe(
      'FILE_UNWRITABLE',
    );
  });

  test('remove takes one file, does not mind its absence, and refuses a directory', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'x'), '');
    files.remove(join(directory, 'x'));
    files.remove(join(directory, 'x'));
    expect(files.list(directory)).toEqual([]);
    expect(failure(() => files.remove(directory)).code).toBe('FILE_UNWRITABLE');
  });

  test('isSame sees through links and other spellings', () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'x');
    writeFileSync(path, '');
    symlinkSync('x', join(directory, 'soft'));
    linkSync(path, join(directory, 'hard'));
    writeFileSync(join(directory, 'other'), '');
    for (const name of ['soft', 'hard', './x']) expect(files.isSame(path, `${directory}/${name}`)).toBe(true);
    for (const name of ['other', 'absent']) expect(files.isSame(path, join(directory, name))).toBe(false);
    expect(files.isSame(join(directory, 'absent'), join(directory, 'absent'))).toBe(false);
  });
});
