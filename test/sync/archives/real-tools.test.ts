import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { archiveRequest, extract } from '../../support/archive.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const long = `${'very-long-directory-name/'.repeat(6)}${'f'.repeat(120)}`;

/** A tree as releases have it; returns its files by their names in the archive. */
function plantTree(directory: string): ReadonlyMap<string, Buffer> {
  const node = readFileSync(process.execPath).subarray(0, 400_000);
  const tree = new Map<string, Buffer>([
    ['release/bin/tool', node],
    ['release/empty', Buffer.alloc(0)],
    ['release/README', Buffer.from('read me\n')],
    ['release/block', Buffer.alloc(512, 1)],
    ['release/zeros', Buffer.alloc(300_000)],
    ['release/naïve/ümlaut', Buffer.from('x')],
    [`release/${long}`, Buffer.from('far away')],
  ]);
  for (const [path, bytes] of tree) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  }
  chmodSync(join(directory, 'release/bin/tool'), 0o4755);
  symlinkSync('../README', join(directory, 'release/bin/link'));
  linkSync(join(directory, 'release/README'), join(directory, 'release/z-hard-link'));
  return tree;
}

const sh = (directory: string, line: string): void =>
  void execFileSync('sh', ['-c', line], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });

/** How real tools pack the tree: a line for the shell, the format we call it, and the files that it cannot carry. */
const ways: readonly (readonly [string, string, RegExp?])[] = [
  ['tar --format=gnu -cf a release', 'tar'],
  ['tar --format=pax -cf a release', 'tar'],
  ['tar --format=posix --pax-option=exthdr.name=%d/x/%f -cf a release', 'tar'],
  ['tar --format=ustar --exclude="very-long*" -cf a release', 'tar', /very-long/],
  ['tar --format=oldgnu -cf a release', 'tar'],
  ['tar --format=v7 --exclude="very-long*" -cf a release', 'tar', /very-long/],
  ['tar --blocking-factor=1 -cf a ./release', 'tar'],
  ['tar --xattrs --acls --selinux -cf a release', 'tar'],
  ['tar -czf a release', 'tar.gz'],
  ['tar -cf - release | gzip -1 > a', 'tar.gz'],
  ['tar -cf t release; head -c 100000 t | gzip > a; tail -c +100001 t | gzip -9 >> a', 'tar.gz'],
  ['tar -czf a release; head -c 4096 /dev/zero >> a', 'tar.gz'],
  ['tar -cJf a release', 'tar.xz'],
  ['tar -cf - release | xz -T2 --block-size=150000 > a', 'tar.xz'],
  ['tar -cf - release | xz --check=crc32 -9e > a', 'tar.xz'],
  ['tar -cf - release | xz --check=none > a', 'tar.xz'],
  ['tar -cf t release; head -c 100000 t | xz > a; tail -c +100001 t | xz >> a', 'tar.xz'],
  ['tar -cf - release | zstd -q > a', 'tar.zst'],
  ['tar -cf - release | zstd -q --no-check -1 > a', 'tar.zst'],
  ['tar -cf - release | zstd -q --ultra -22 > a', 'tar.zst'],
  ['tar -cf t release; zstd -q --content-size -19 t -o a', 'tar.zst'],
  ['tar -cf t release; head -c 100000 t | zstd -q > a; tail -c +100001 t | zstd -q >> a', 'tar.zst'],
  [
    String.raw`printf '\120\052\115\030\003\000\000\000xyz' > a; tar -cf - release | zstd -q > t; cat t a > b; mv b a`,
    'tar.zst',
  ],
  ['tar -cjf a release', 'tar.bz2'],
  ['tar -cf t release; head -c 100000 t | bzip2 -1 > a; tail -c +100001 t | bzip2 >> a', 'tar.bz2'],
  ['zip -qry a.zip release; mv a.zip a', 'zip'],
  ['zip -qry0 a.zip release; mv a.zip a', 'zip'],
  ['zip -qry -fz a.zip release; mv a.zip a', 'zip'],
  ['zip -qr - release | cat > a', 'zip'],
  ['python3 -m zipfile -c a release', 'zip'],
  ['python3 -m tarfile -c a release', 'tar'],
  [
    "python3 -c \"import tarfile; t = tarfile.open('a', 'w:gz', format=tarfile.GNU_FORMAT); t.add('release'); t.close()\"",
    'tar.gz',
  ],
  [
    'git init -q . && git -c user.name=a -c user.email=a@a add release && git -c user.name=a -c user.email=a@a commit -qm a && git archive --format=tar.gz -o a HEAD',
    'tar.gz',
  ],
  [
    'git init -q . && git -c user.name=a -c user.email=a@a add release && git -c user.name=a -c user.email=a@a commit -qm a && git archive --format=zip -o a HEAD',
    'zip',
  ],
];

describe('archives of real tools', () => {
  const named = ways.map(([line, format, without]) => ({ line, format, without: without ?? /^$/ }));
  test.each(named)('$line', async ({ line, format, without }) => {
    const directory = temporaryDirectory();
    const tree = [...plantTree(directory)].filter(([path]) => path.search(without) === -1);
    sh(directory, line);
    const request = archiveRequest(
      join(directory, 'a'),
      tree.map(([path]) => path),
    );
    const read = await extract(request, join(directory, 'into'));
    expect(read.format).toBe(format);
    for (const [path, bytes] of tree) {
      expect(readFileSync(join(directory, 'into', path)).equals(bytes), path).toBe(true);
    }
  });

  test('a sparse file as GNU tar packs it is refused, not read wrong', async () => {
    const directory = temporaryDirectory();
    sh(directory, 'truncate -s 5M tool; printf x >> tool');
    for (const format of ['gnu', 'posix']) {
      sh(directory, `tar --format=${format} --sparse -cf a tool`);
      const request = archiveRequest(join(directory, 'a'), ['tool']);
      await expect(extract(request, join(directory, 'into'))).rejects.toThrow('a sparse file');
    }
  });

  test('members that are twins only for other systems are refused, as an archive of sources may have them', async () => {
    const directory = temporaryDirectory();
    sh(directory, 'touch xt_dscp.h xt_DSCP.h; tar -cf a xt_dscp.h xt_DSCP.h');
    const request = archiveRequest(join(directory, 'a'), ['xt_dscp.h']);
    await expect(extract(request, join(directory, 'into'))).rejects.toThrow('twins by case');
  });

  test('a bare file is handed over as it is, whatever it looks like', async () => {
    const directory = temporaryDirectory();
    sh(directory, 'echo hello | gzip > a');
    const request = archiveRequest(join(directory, 'a'), ['tool'], { bare: true });
    expect(await extract(request, join(directory, 'into'))).toMatchObject({ format: 'bare', entries: 1 });
    expect(readFileSync(join(directory, 'into/tool'))).toEqual(readFileSync(join(directory, 'a')));
  });

  test.each([
    ['cp /bin/true a', 'a program (ELF)'],
    ['echo "#!/bin/sh" > a', 'a script'],
    ['echo "<!DOCTYPE html>" > a', 'a web page'],
    [': > a', 'is empty'],
    ['echo hello > a', 'unknown data that begins with 68656c6c6f0a'],
    ['echo hello | gzip > a', 'holds no tar archive'],
    ['echo hello | xz > a', 'holds no tar archive'],
    ['echo hello | xz --format=lzma > a', 'unknown data'],
  ])('what is no archive is called by its name: %s', async (line, says) => {
    const directory = temporaryDirectory();
    sh(directory, line);
    const request = archiveRequest(join(directory, 'a'), ['tool']);
    await expect(extract(request, directory)).rejects.toMatchObject({
      code: 'SYNC_ARCHIVE_INVALID',
      message: expect.stringContaining(says),
    });
  });

  test('without the program bzip2 a bz2 archive names the package', async () => {
    const directory = temporaryDirectory();
    sh(directory, 'echo x > tool; tar -cjf a tool');
    const { processes } = archiveRequest(join(directory, 'a'), []);
    const { createProcesses } = await import('../../../src/hosts/local/processes.ts');
    const poor = createProcesses({ ...process.env, PATH: '/nowhere' });
    expect(processes.find('bzip2')).not.toBeNull();
    await expect(
      extract(archiveRequest(join(directory, 'a'), ['tool'], { processes: poor }), directory),
    ).rejects.toMatchObject({ code: 'PROCESS_MISSING', hint: 'apt-get install bzip2' });
  });

  test.each([
    ['xz --check=sha256', 'a filter or a check'],
    ['xz --x86 --lzma2=preset=6', 'a filter or a check'],
    ['xz --lzma2=preset=0,dict=512MiB', 'its dictionary'],
    ['zstd -q --ultra --long=28', 'a zstd window of more than 128 MiB'],
  ])('what a decoder does not know is refused, never read unchecked: %s', async (packer, says) => {
    const directory = temporaryDirectory();
    sh(directory, `seq 9999 > tool; tar -cf - tool | ${packer} > a`);
    await expect(extract(archiveRequest(join(directory, 'a'), ['tool']), directory)).rejects.toThrow(says);
  });
});
