import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { judgement, limits } from '../../support/archive.ts';
import { snapshot } from '../../support/snapshot.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { zipArchive, type ZipEntry } from '../../support/zip-writer.ts';

const tool: ZipEntry = { name: 'tool', body: '#!/bin/sh\n' };
const evil = 'owned';
const link = 0o120777;

const unsafe: readonly (readonly [string, readonly ZipEntry[], string])[] = [
  ['a name that steps out', [{ name: '../outside', body: 'x' }], 'leads out with ".."'],
  ['an absolute name', [{ name: '/etc/cron.d/x', body: 'x' }], 'an absolute name'],
  ['a backslash', [{ name: String.raw`..\outside`, body: 'x' }], 'a backslash'],
  ['a drive letter', [{ name: 'c:/outside', body: 'x' }], 'a drive letter'],
  ['a NUL', [{ name: 'a\0.txt', body: 'x' }], 'control characters'],
  ['a name that says UTF-8 and is not', [{ name: Buffer.of(0x61, 0xff), body: 'x' }], 'broken Unicode'],
  ['the wanted file twice', [{ name: 'tool', body: 'y' }], '"tool" twice'],
  ['twins by case', [{ name: 'Tool', body: 'y' }], 'twins'],
  ['a symbolic link out', [{ name: 'a', body: '../outside', mode: link }], 'leads out of it'],
  ['a packed symbolic link out', [{ name: 'a', body: '../outside', mode: link, method: 8 }], 'leads out of it'],
  ['a symbolic link with a path of 5000', [{ name: 'a', body: 'x'.repeat(5000), mode: link }], 'bytes of target'],
  [
    'a link through which is written',
    [
      { name: 'a', body: 'b', mode: link },
      { name: 'a/x', body: 'x' },
    ],
    'which is a link',
  ],
  ['a device', [{ name: 'null', mode: 0o020666 }], 'no file, directory or link'],
  ['a fifo', [{ name: 'pipe', mode: 0o010666 }], 'no file, directory or link'],
  ['a directory that calls itself a file', [{ name: 'a/', mode: 0o100644 }], 'no file, directory or link'],
  ['another name in the local header', [{ name: 'a', body: 'x', local: { name: 'b' } }], 'another name'],
  ['another size in the local header', [{ name: 'a', body: 'x', local: { size: 9 } }], 'another size'],
  ['another method in the local header', [{ name: 'a', body: 'x', local: { method: 8 } }], 'another compression'],
  ['other flags in the local header', [{ name: 'a', body: 'x', local: { flags: 0x801 } }], 'other flags'],
];

const invalid: readonly (readonly [string, Buffer, string])[] = [
  ['encrypted content', zipArchive([{ ...tool, method: 8, flags: 0x801 }]), 'encrypted'],
  ['an unknown method', zipArchive([{ ...tool, method: 99 }]), 'method 99'],
  ['a wrong checksum', zipArchive([{ ...tool, crc: 1 }]), 'CRC-32'],
  ['less content than it says', zipArchive([{ ...tool, method: 8, size: 99 }]), 'CRC-32'],
  ['more content than it says', zipArchive([{ ...tool, method: 8, size: 3 }]), 'more than the 3 bytes'],
  ['data behind its end', Buffer.concat([zipArchive([tool]), Buffer.of(1)]), 'zip stream'],
  ['no end', zipArchive([tool]).subarray(0, -1), 'zip stream'],
  ['a directory with content', zipArchive([tool, { name: 'a/', body: 'x', mode: 0o040755 }]), 'a size although'],
];

describe('hostile zip', () => {
  test.each(unsafe)('%s is refused, before and after what is wanted', async (_, entries, says) => {
    const directory = temporaryDirectory();
    const work = join(directory, 'work');
    mkdirSync(work);
    writeFileSync(join(directory, 'outside'), 'untouched');
    const judged = await judgement(work, zipArchive([tool, ...entries]));
    expect(judged).toMatch(/^SYNC_ARCHIVE_UNSAFE: archive "release" /);
    expect(judged).toContain(says);
    // The directory is judged first: nothing at all was written.
    expect(snapshot(join(work, 'into'))).toEqual([]);
    expect(await judgement(work, zipArchive([...entries, tool]))).toMatch(/^SYNC_ARCHIVE_UNSAFE: /);
    rmSync(join(work, 'release'));
    expect(snapshot(directory).map(({ path }) => path)).toEqual(['outside', 'work', 'work/into']);
  });

  test.each(invalid)('%s is refused', async (_, archive, says) => {
    const judged = await judgement(temporaryDirectory(), archive);
    expect(judged).toMatch(/^SYNC_ARCHIVE_INVALID: archive "release" /);
    expect(judged).toContain(says);
  });

  test('two entries of the same bytes are refused: they could unpack to any size', async () => {
    const archive = zipArchive([
      { ...tool, method: 8 },
      { ...tool, name: 'tool', method: 8, at: 0 },
    ]);
    expect(await judgement(temporaryDirectory(), archive)).toContain('"tool" twice');
    const nested = zipArchive([{ name: 'outer', body: zipArchive([{ name: 'inner', body: 'x' }]) }, tool]);
    const inner = nested.indexOf('inner') - 30;
    const overlapping = zipArchive([
      { name: 'outer', body: zipArchive([{ name: 'inner', body: 'x' }]) },
      tool,
      { name: 'inner', body: 'x', at: inner },
    ]);
    expect(await judgement(temporaryDirectory(), overlapping)).toContain('"inner" in the same bytes as "outer"');
  });

  test('a directory that counts fewer entries than it has is refused', async () => {
    expect(
      await judgement(temporaryDirectory(), zipArchive([tool, { name: 'more', body: 'x' }], { count: 1 })),
    ).toContain('more entries in its directory than it counts');
  });

  const hidden = zipArchive([{ name: 'tool', body: evil }]);
  const local = hidden.subarray(0, hidden.indexOf('PK\u0001\u0002'));
  const listing = hidden.subarray(local.length, -22);
  const honest = zipArchive([tool]);
  const at = honest.indexOf('PK\u0001\u0002');
  const descriptor = (crc: number): Buffer => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(0x08074b50, 0);
    bytes.writeUInt32LE(crc, 4);
    return bytes;
  };

  // what other programs that read zip from its start, by its last sizes or by its first end would install
  test.each<[string, Buffer, string]>([
    ['an entry that no directory lists', zipArchive([tool], { before: local }), 'behind "tool" that belong to no'],
    [
      'the same between two entries',
      zipArchive([{ ...tool, behind: local }, { name: 'b' }]),
      'behind "tool" that belong to no entry',
    ],
    [
      'the same as a data descriptor',
      zipArchive([{ ...tool, flags: 0x808, behind: descriptor(1) }]),
      'behind "tool" that belong to no entry',
    ],
    ['another whole archive before its directory', zipArchive([tool], { before: hidden }), 'that belong to no entry'],
    ['a second directory behind the first', zipArchive([tool], { after: listing }), 'more entries in its directory'],
    ['a second end behind the directory', zipArchive([tool], { after: hidden.subarray(-22) }), 'between its directory'],
    [
      'a second directory and end in its comment',
      zipArchive([tool], { comment: zipArchive([{ ...tool, at: 0 }], { offset: honest.length }) }),
      'behind "tool" that belong to no entry',
    ],
    ['an archive in front of it', zipArchive([{ ...tool, behind: listing }, { name: 'b' }]), 'belong to no entry'],
    ['an end that says another size of it', zipArchive([tool], { size: listing.length - 1 }), 'another directory'],
    ['a zip64 end that is larger', zipArchive([tool], { zip64: { extension: hidden } }), 'between its directory'],
    [
      'a zip64 end that counts where the other one says otherwise',
      zipArchive([{ ...tool, behind: listing }], { offset: at, zip64: {} }),
      'tells of another directory',
    ],
  ])('%s is refused: other programs would see other files', async (_, archive, says) => {
    const directory = temporaryDirectory();
    const judged = await judgement(directory, archive);
    expect(judged).toMatch(/^SYNC_ARCHIVE_UNSAFE: archive "release" /);
    expect(judged).toContain(says);
    expect(snapshot(join(directory, 'into'))).toEqual([]);
  });

  test('a data descriptor, a comment and a zip64 end that are what they should be are no fault', async () => {
    const crc = crc32(String(tool.body));
    const archives = [
      zipArchive([{ ...tool, flags: 0x808, behind: descriptor(crc) }, { name: 'b' }]),
      zipArchive([{ ...tool, flags: 0x808, behind: descriptor(crc).subarray(4) }]),
      zipArchive([tool], { comment: Buffer.from('a release') }),
      zipArchive([tool], { zip64: {} }),
    ];
    for (const archive of archives) expect(await judgement(temporaryDirectory(), archive)).toBe('accepted');
  });

  test('sizes are judged by the directory, before anything is unpacked', async () => {
    const bomb = zipArchive([{ name: 'tool', body: Buffer.alloc(8 * 1024 * 1024), method: 8 }]);
    const directory = temporaryDirectory();
    expect(await judgement(directory, bomb)).toContain('more than 200 times');
    expect(await judgement(directory, bomb, ['tool'], { limits: { ...limits, ratio: 9999, bytes: 999 } })).toContain(
      '999 bytes',
    );
    expect(snapshot(join(directory, 'into'))).toEqual([]);
  });

  test('a zip64 size of a TiB is refused before anything is unpacked, and so is one that its content belies', async () => {
    const extra = Buffer.alloc(12);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(2n ** 40n, 4);
    const bomb = zipArchive([{ ...tool, method: 8, size: 0xffffffff, extra }]);
    const directory = temporaryDirectory();
    expect(await judgement(directory, bomb)).toContain('unpacks to more than the 1073741824 bytes allowed');
    extra.writeBigUInt64LE(99n, 4);
    expect(await judgement(directory, zipArchive([{ ...tool, method: 8, size: 0xffffffff, extra }]))).toContain(
      'does not have the size and checksum (CRC-32) that it says',
    );
    expect(snapshot(join(directory, 'into'))).toEqual([]);
  });

  test('100,000 entries are refused by their number', async () => {
    const many = zipArchive(Array.from({ length: 50_000 }, (_, index) => ({ name: `f${index}` })));
    expect(await judgement(temporaryDirectory(), many)).toContain('50000 entries, more than the 10000 allowed');
  });

  test('every truncation and every flipped bit of a small archive is refused or changes nothing', async () => {
    const directory = temporaryDirectory();
    const archive = zipArchive([tool, { name: 'b', body: 'a'.repeat(100), method: 8 }]);
    for (let length = 0; length < archive.length; length += 7) {
      expect(await judgement(directory, archive.subarray(0, length))).toMatch(/^SYNC_ARCHIVE_INVALID: /);
    }
    for (let bit = 0; bit < archive.length * 8; bit += 13) {
      const flipped = Buffer.from(archive);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      rmSync(join(directory, 'into'), { recursive: true, force: true });
      const judged = await judgement(directory, flipped);
      const written = snapshot(join(directory, 'into')).map(({ bytes }) => bytes.toString());
      if (judged === 'accepted') expect(written).toEqual([tool.body]);
      else expect(judged).toMatch(/^SYNC_(ARCHIVE_INVALID|ARCHIVE_UNSAFE|MEMBER_MISSING): /);
    }
  });

  test('an encrypted archive of a real tool is refused', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'tool'), 'x'.repeat(1000));
    execFileSync('zip', ['-q', '-P', 'word', 'a.zip', 'tool'], { cwd: directory });
    const bytes = execFileSync('cat', ['a.zip'], { cwd: directory });
    expect(await judgement(directory, bytes)).toContain('holds "tool", which is encrypted');
  });
});
