import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgement } from '../../support/archive.ts';
import { snapshot } from '../../support/snapshot.ts';
import { paxEntry, tarArchive, tarEnd, tarEntry, type TarEntry } from '../../support/tar-writer.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const tool: TarEntry = { name: 'tool', body: '#!/bin/sh\n' };
const evil = 'owned';

/** What must be refused, each beside an honest member that is wanted: entries, and what the message must say. */
const unsafe: readonly (readonly [string, readonly TarEntry[], string])[] = [
  ['a name that steps out', [{ name: '../outside', body: evil }], 'leads out with ".."'],
  ['a name that steps out from below', [{ name: 'a/../../outside', body: evil }], 'leads out with ".."'],
  ['a name that ends with ..', [{ name: 'a/..', type: '5' }], 'leads out with ".."'],
  ['an absolute name', [{ name: '/etc/cron.d/valops-test', body: evil }], 'an absolute name'],
  ['an absolute name behind a dot', [{ name: './/etc', prefix: '/', body: evil }], 'an absolute name'],
  ['a prefix that steps out', [{ name: 'outside', prefix: '..', body: evil }], 'leads out with ".."'],
  ['an extended header that steps out', [paxEntry({ path: '../outside' }), { name: 'fine', body: evil }], 'leads out'],
  [
    'a long name that steps out',
    [{ name: '././@LongLink', type: 'L', body: '../outside\0' }, { name: 'fine' }],
    'leads out',
  ],
  ['a backslash', [{ name: String.raw`..\outside`, body: evil }], 'a backslash'],
  ['a drive letter', [{ name: 'C:outside', body: evil }], 'a drive letter'],
  ['a control character', [{ name: 'a\u001b[2Kb', body: evil }], 'control characters'],
  ['a line end', [paxEntry({ path: 'a\nb' }), { name: 'a', body: evil }], 'control characters'],
  ['a direction mark', [{ name: 'a\u202egnp.exe', body: evil }], 'control characters'],
  ['a NUL in an extended name', [paxEntry({ path: 'a\0/../b' }), { name: 'a', body: evil }], 'control characters'],
  ['a name of no UTF-8', [{ name: Buffer.of(0x61, 0xff, 0x62), body: evil }], 'not UTF-8'],
  ['a full-width way out', [{ name: '\u2025/outside', body: evil }], 'Unicode normal form'],
  ['a full-width slash', [{ name: 'a\uff0fb', body: evil }], 'Unicode normal form'],
  ['a symbolic link out', [{ name: 'a', type: '2', link: '../outside' }], 'leads out of it'],
  ['a symbolic link to the root', [{ name: 'a', type: '2', link: '/' }], 'leads out of it'],
  ['a symbolic link that turns back', [{ name: 'd/a', type: '2', link: '../b/../../outside' }], 'leads out of it'],
  [
    'a link through which is written',
    [
      { name: 'a', type: '2', link: 'b' },
      { name: 'a/tool', body: evil },
    ],
    'which is a link',
  ],
  [
    'a link out through which is written',
    [{ name: 'a', type: '2', link: '../outside' }, { name: 'a/x' }],
    'leads out of it',
  ],
  [
    'a link in place of a directory',
    [
      { name: 'a/x', body: evil },
      { name: 'a', type: '2', link: 'b' },
    ],
    'twice',
  ],
  ['a hard link out', [{ name: 'a', type: '1', link: '../outside/secret' }], 'leads out with ".."'],
  ['a hard link to an absolute name', [{ name: 'a', type: '1', link: '/etc/passwd' }], 'an absolute name'],
  [
    'a hard link to a link',
    [
      { name: 'a', type: '2', link: 'b' },
      { name: 'c', type: '1', link: 'a' },
    ],
    'no file before it',
  ],
  ['a hard link to nothing', [{ name: 'c', type: '1', link: 'later' }], 'no file before it'],
  ['a character device', [{ name: 'null', type: '3' }], 'a character device'],
  ['a block device', [{ name: 'sda', type: '4' }], 'a block device'],
  ['a fifo', [{ name: 'pipe', type: '6' }], 'a fifo'],
  ['the wanted file twice', [{ name: 'tool', body: evil }], '"tool" twice'],
  ['the wanted file twice, spelled otherwise', [{ name: './/tool', body: evil }], '".//tool" twice'],
  ['twins by case', [{ name: 'TOOL', body: evil }], 'twins'],
  ['twins by case of a directory', [{ name: 'lib/a' }, { name: 'Lib/b' }], 'twins'],
  ['twins by composition', [{ name: 'caf\u00e9' }, { name: 'cafe\u0301' }], 'twins'],
  ['twins by compatibility', [{ name: '\uff54\uff4f\uff4f\uff4c' }], 'twins'],
  ['twins by a ligature', [{ name: 'file' }, { name: '\ufb01le' }], 'twins'],
  ['twins by what does not show', [{ name: 'to\u200bol' }], 'twins'],
  ['twins by special casing', [{ name: 'stra\u00dfe' }, { name: 'STRASSE' }], 'twins'],
  ['a file below a file', [{ name: 'tool/x', body: evil }], 'which is a file'],
  ['a file that stands for the root', [{ name: './', type: '2', link: 'a' }], 'stands for the directory'],
  ['a name of 2000 bytes', [paxEntry({ path: 'a/'.repeat(1000) + 'b' }), { name: 'b' }], 'more than 1024 bytes'],
  ['a name of 300 directories', [paxEntry({ path: 'a/'.repeat(300) + 'b' }), { name: 'b' }], '64 directories deep'],
  ['a part of 300 bytes', [paxEntry({ path: 'a'.repeat(300) }), { name: 'b' }], 'more than 255 bytes'],
  [
    'an entry hidden by two sizes',
    [paxEntry({ size: '0' }), { name: 'outer', body: tarEntry({ name: 'inner', body: evil }) }],
    'two sizes',
  ],
  ['the same the other way round', [paxEntry({ size: '1024' }), { name: 'outer' }, { name: 'inner' }], 'two sizes'],
  ['an extended header of 100 KiB', [paxEntry({ comment: 'a'.repeat(102_400) }), { name: 'b' }], 'extended header of'],
];

/** What cannot be read in one way only, or is not whole. */
const invalid: readonly (readonly [string, Buffer, string])[] = [
  [
    'data behind the end mark',
    Buffer.concat([tarArchive(tool), tarEntry({ name: 'x', body: evil })]),
    'behind its end',
  ],
  ['one byte behind the end mark', Buffer.concat([tarArchive(tool), Buffer.of(1)]), 'behind its end'],
  ['no end mark', tarEntry(tool), 'torn'],
  ['half an end mark', Buffer.concat([tarEntry(tool), tarEnd.subarray(0, 512)]), 'torn'],
  [
    'an entry between the halves',
    Buffer.concat([tarEntry(tool), tarEnd.subarray(0, 512), tarArchive({ name: 'x' })]),
    'behind',
  ],
  [
    'a header with a flipped bit',
    Buffer.concat([tarEntry(tool), Buffer.from('x'), tarArchive({ name: 'y' }).subarray(1)]),
    'checksum',
  ],
  ['a sparse file (GNU)', tarArchive(tool, { name: 's', type: 'S' }), 'sparse'],
  ['a sparse file (pax)', tarArchive(tool, paxEntry({ 'GNU.sparse.major': '1' }), { name: 's' }), 'sparse'],
  ['a sparse file (star)', tarArchive(tool, paxEntry({ 'SCHILY.realsize': '9' }), { name: 's' }), 'sparse'],
  ['a volume that goes on', tarArchive(tool, { name: 'm', type: 'M' }), 'unknown type "M"'],
  ['a link with a size', tarArchive(tool, { name: 'a', type: '2', link: 'b', body: evil }), 'a size although'],
  ['a directory with a size', tarArchive(tool, { name: 'a', type: '5', body: evil }), 'a size although'],
  ['a global header that renames', tarArchive(tool, paxEntry({ path: 'tool2' }, 'g'), { name: 'a' }), 'global header'],
  [
    'two extended headers',
    tarArchive(tool, paxEntry({ path: 'a' }), paxEntry({ path: 'b' }), { name: 'c' }),
    'two extended',
  ],
  ['an extended header and nothing', tarArchive(tool, paxEntry({ path: 'a' })), 'belongs to no entry'],
  [
    'a record of the wrong length',
    tarArchive(tool, { name: 'p', type: 'x', body: '99 path=a\n' }, { name: 'a' }),
    'malformed',
  ],
  ['a record twice', tarArchive(tool, { name: 'p', type: 'x', body: '9 path=a\n9 path=b\n' }, { name: 'a' }), 'twice'],
  ['a negative size', tarArchive(tool, { name: 'a', patch: (header) => header.fill(0xff, 124, 136) }), 'usable size'],
  [
    'a size of 2^64',
    tarArchive(tool, { name: 'a', patch: (header) => header.fill(0x80, 124, 125).fill(0x11, 125, 136) }),
    'usable size',
  ],
  ['bytes hidden behind a name', tarArchive(tool, { name: Buffer.from('a\0/../b') }), 'hidden'],
  [
    'a header of another form',
    tarArchive(tool, { name: 'a', patch: (header) => void header.write('tarts!', 257) }),
    'unknown form',
  ],
];

describe('hostile tar', () => {
  function sentinels(): { directory: string; work: string } {
    const directory = temporaryDirectory();
    const work = join(directory, 'work');
    mkdirSync(join(directory, 'outside'));
    mkdirSync(join(work, 'into'), { recursive: true });
    writeFileSync(join(directory, 'outside/secret'), 'untouched');
    writeFileSync(join(work, 'outside'), 'untouched');
    symlinkSync('secret', join(directory, 'outside/link'));
    return { directory, work };
  }

  /** All but the archive itself and what was extracted where it belongs. */
  function outside(directory: string): unknown {
    return snapshot(directory).filter(({ path }) => path !== 'work/release' && !path.startsWith('work/into'));
  }

  test.each(unsafe)('%s is refused, before and after what is wanted', async (_, entries, says) => {
    const { directory, work } = sentinels();
    const before = outside(directory);
    const after = await judgement(work, tarArchive(tool, ...entries));
    expect(after).toMatch(/^SYNC_ARCHIVE_UNSAFE: archive "release" /);
    expect(after).toContain(says);
    rmSync(join(work, 'into'), { recursive: true });
    expect(await judgement(work, tarArchive(...entries, tool))).toMatch(/^SYNC_ARCHIVE_UNSAFE: /);
    expect(outside(directory)).toEqual(before);
  });

  test.each(invalid)('%s is refused', async (_, archive, says) => {
    const { directory, work } = sentinels();
    const before = outside(directory);
    const judged = await judgement(work, archive);
    expect(judged).toMatch(/^SYNC_ARCHIVE_INVALID: archive "release" /);
    expect(judged).toContain(says);
    expect(outside(directory)).toEqual(before);
  });

  test('a message shows a hostile name without obeying it', async () => {
    const judged = await judgement(temporaryDirectory(), tarArchive({ name: '\u001b]0;x\u0007\nvalops: all is well' }));
    expect(judged).toContain(String.raw`\u{1b}]0;x\u{7}\nvalops`);
    expect(judged).not.toMatch(/\p{Cc}/u);
  });

  test('a wanted file that is a link is refused by name of what it leads to', async () => {
    const directory = temporaryDirectory();
    const symbolic = tarArchive({ name: 'bin/real', body: 'x' }, { name: 'bin/tool', type: '2', link: 'real' });
    const hard = tarArchive({ name: 'bin/real', body: 'x' }, { name: 'bin/tool', type: '1', link: 'bin/real' });
    expect(await judgement(directory, symbolic, ['bin/tool'])).toContain('as a symbolic link to "real", not a file');
    expect(await judgement(directory, hard, ['bin/tool'])).toContain('as a hard link to "bin/real", not a file');
  });

  test('links that stay inside and are not wanted are no fault', async () => {
    const archive = tarArchive(
      tool,
      { name: 'lib/libx.so.1', body: 'x' },
      { name: 'lib/libx.so', type: '2', link: 'libx.so.1' },
      { name: 'bin/x', type: '2', link: '../lib/libx.so' },
      { name: 'copy', type: '1', link: 'tool' },
      { name: 'here', type: '2', link: '.' },
    );
    expect(await judgement(temporaryDirectory(), archive)).toBe('accepted');
  });

  test('a missing member is told with what is there instead', async () => {
    const directory = temporaryDirectory();
    const archive = tarArchive({ name: 'v2/bin/tool', body: 'x' }, { name: 'v2/README', body: 'x' });
    expect(await judgement(directory, archive, ['v1/bin/tool'])).toBe(
      'SYNC_MEMBER_MISSING: archive "release" does not hold "v1/bin/tool"; it holds "v2/bin/tool"',
    );
    expect(await judgement(directory, archive, ['other'])).toContain('it holds "v2/bin/tool", "v2/README"');
    expect(await judgement(directory, archive, ['v2/bin'])).toContain('as a directory, not a file');
  });
});
