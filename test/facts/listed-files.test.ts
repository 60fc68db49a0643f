import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { programsOf } from '../../src/facts/command-programs.ts';
import { listFunctions, readListedFiles } from '../../src/facts/listed-files.ts';

describe('walking a tree', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'vw-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const listed = (): ReturnType<typeof readListedFiles> => {
    const script = `${listFunctions}\nwalk 64 "$1" -mindepth 1 | with_packages all`;
    return readListedFiles(spawnSync('sh', ['-c', script, 'sh', root], { encoding: 'utf8' }).stdout);
  };

  test('tells mode, digest and target, whatever blanks and backslashes are in a name', () => {
    writeFileSync(join(root, String.raw`a \x2d b`), 'x');
    chmodSync(join(root, String.raw`a \x2d b`), 0o4711);
    symlinkSync('/etc/passwd', join(root, 'link'));
    writeFileSync(join(root, 'large'), Buffer.alloc(100_000));
    expect(listed().files).toMatchObject([
      {
        path: join(root, String.raw`a \x2d b`),
        mode: '4711',
        sha256: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
        package: null,
      },
      { path: join(root, 'large'), sha256: null },
      { path: join(root, 'link'), type: 'link', link: '/etc/passwd', owner: 'root' },
    ]);
  });

  test('a name that could pass for two is one, and a name that looks like a sum and a path gives that path none', () => {
    const names = ['a\nb', 'a\tb', '\n=\t1\t0\n', 'a\r\u2028b', '-n', '|'];
    for (const name of names) {
      writeFileSync(join(root, name), 'x');
      symlinkSync(`/x\tf\n${name}`, join(root, `${name}.link`));
    }
    const victim = join(root, 'victim');
    writeFileSync(victim, 'y');
    // behind a sum of 32 digits: two blanks and a path where those of 64 have theirs
    const start = `${root}/${'x'.repeat(30 - root.length - 1)}  `;
    mkdirSync(join(start, root), { recursive: true });
    writeFileSync(join(start, victim), 'z');
    const { files } = listed();
    for (const name of names) {
      expect(files.find(({ path }) => path === join(root, name))?.sha256).toMatch(/^2d711642/);
      expect(files.find(({ path }) => path === join(root, `${name}.link`))?.link).toBe(`/x\tf\n${name}`);
    }
    expect(files.find(({ path }) => path === victim)?.sha256).toMatch(/^a1fce436/);
  });

  test('a list that was cut off is no list', () => {
    expect(() => readListedFiles('f\t0644\troot\troot\tf\t/etc/a\t\t\t\t-\n')).toThrow('not whole');
    expect(() => readListedFiles('')).toThrow('not whole');
  });
});

test.each([
  ['/usr/local/bin/a --b /c && cd / && /opt/d', ['/usr/local/bin/a', '/opt/d']],
  ['sh /home/ops/x.sh >/tmp/log 2>&1', ['/home/ops/x.sh']],
  ['test -x /usr/sbin/anacron || ( cd / && run-parts /etc/cron.daily )', []],
  [`/bin/bash -c 'exec nice -n 5 /srv/run'`, ['/bin/bash', '/srv/run']],
  ['A=1 /opt/run; echo /no', ['/opt/run']],
])('programs of %j', (command, programs) => {
  expect(programsOf(command)).toEqual(programs);
});
