import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeArchive, type MemberSource } from '../../src/backup/archive.ts';
import type { BackupManifest } from '../../src/backup/manifest.ts';
import { readBackup } from '../../src/backup/read-backup.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function source(path: string, bytes: Uint8Array, extra: Partial<MemberSource['member']> = {}): MemberSource {
  return {
    member: {
      path: `members${path}`,
      purpose: 'configuration',
      source: path,
      sha256: hashOf(bytes),
      size: bytes.length,
      mode: '0640',
      owner: { uid: 1000, gid: 1000 },
      ...extra,
    },
    modifiedAt: new Date('2026-01-02T03:04:05.678Z'),
    async *content() {
      // uneven pieces, as a file that is streamed
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    },
  };
}

function manifestOf(sources: readonly MemberSource[]): BackupManifest {
  return {
    schema: 'valops/backup/1',
    id: '0123456789abcdef',
    host: 'alpha',
    createdAt: '2026-01-02T03:04:05.000Z',
    tool: 'valops 0.0.0',
    identities: [],
    members: sources.map(({ member }) => member),
    recipients: [{ class: 'offline', type: 'X25519', fingerprint: 'SHA256:x' }],
    journalHead: null,
  };
}

async function archived(sources: readonly MemberSource[], manifest = manifestOf(sources)): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of writeArchive(manifest, sources)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

/** What ustar cannot hold: a long name, a name beyond ASCII, a large owner; an empty file; several blocks. */
const awkward: readonly MemberSource[] = [
  source('/etc/one', Buffer.from('one')),
  source('/etc/empty', Buffer.alloc(0)),
  source(`/srv/${'long-name/'.repeat(20)}${'x'.repeat(120)}`, Buffer.alloc(1024, 7)),
  source('/srv/schlüssel ü', Buffer.alloc(513, 1), { owner: { uid: 4_000_000_000, gid: 4_000_000_001 } }),
  source('/srv/block', Buffer.alloc(512, 2), { mode: '0600' }),
  // begins with a line end: a name like any other
  source('/\n\u2028', Buffer.from('two')),
];

describe('archive', () => {
  test.runIf(has('tar'))('GNU tar (needs tar) extracts what was archived, with modes and times', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'a.tar'), await archived(awkward));
    mkdirSync(join(directory, 'out'));
    const ran = spawnSync('tar', ['-xpf', '../a.tar', '--no-same-owner'], { cwd: join(directory, 'out') });
    expect([ran.status, ran.stderr.toString()]).toEqual([0, '']);
    for (const { member } of awkward) {
      const path = join(directory, 'out', member.path);
      expect([member.path, hashOf(readFileSync(path))]).toEqual([member.path, member.sha256]);
      expect((statSync(path).mode & 0o7777).toString(8)).toBe(member.mode.slice(1));
      expect(statSync(path).mtime.toISOString()).toBe('2026-01-02T03:04:05.000Z');
    }
    const listed = spawnSync('tar', ['--numeric-owner', '-tvf', join(directory, 'a.tar')]).stdout.toString();
    expect(listed.split('\n')[0]).toContain('manifest.json');
    expect(listed).toContain('4000000000/4000000001');
  });

  test.runIf(has('bsdtar'))('bsdtar (needs bsdtar) lists the same names', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'a.tar'), await archived(awkward));
    const ran = spawnSync('bsdtar', ['-tf', join(directory, 'a.tar')], { env: { LC_ALL: 'C.UTF-8' } });
    expect([ran.status, ran.stderr.toString()]).toEqual([0, '']);
    expect(ran.stdout.toString().trim().split('\n')).toHaveLength(awkward.length + 1);
  });

  test('reads back what it wrote, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.record({
            name: fc
              .string({ unit: 'grapheme', minLength: 1, maxLength: 150 })
              .filter((s) => !/[/\0]|^\.{1,2}$/.test(s)),
            bytes: fc.uint8Array({ maxLength: 2000 }),
          }),
          { selector: ({ name }) => name, maxLength: 5 },
        ),
        fc.integer({ min: 1, max: 5000 }),
        async (files, cut) => {
          const sources = files.map(({ name, bytes }) => source(`/${name}`, bytes));
          const seen: [string, string][] = [];
          const manifest = await readBackup(inPieces(await archived(sources), cut), {
            async member({ path }, content) {
              const pieces: Buffer[] = [];
              for await (const piece of content) pieces.push(Buffer.from(piece));
              seen.push([path, hashOf(Buffer.concat(pieces))]);
            },
          });
          expect(manifest).toEqual(manifestOf(sources));
          expect(seen).toEqual(sources.map(({ member }) => [member.path, member.sha256]));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a reader may stop early or not read at all', async () => {
    const seen: string[] = [];
    await readBackup(inPieces(await archived(awkward), 700), {
      async member({ path }, content) {
        seen.push(path);
        for await (const piece of content) if (piece.length > 0) break;
      },
    });
    expect(seen).toEqual(awkward.map(({ member }) => member.path));
    await readBackup(inPieces(await archived(awkward), 700));
  });

  test('a source that gives other bytes, more or fewer than its manifest says is refused', async () => {
    const [first = awkward[0]] = awkward;
    for (const text of ['0ne', 'on', 'one!']) {
      const content = (): AsyncIterable<Uint8Array> => inPieces(Buffer.from(text), 2);
      await expect(
        archived([{ ...(first as MemberSource), content }], manifestOf(awkward.slice(0, 1))),
      ).rejects.toMatchObject({
        code: 'BACKUP_SOURCE_CHANGING',
      });
    }
  });

  test('any one byte that is changed in the clear archive is caught', { timeout: 60_000 }, async () => {
    const small = [source('/a', Buffer.from('aaa')), source('/b', Buffer.from('bb'))];
    const good = await archived(small);
    // header fields that name nothing we restore by (user names, times, mode, owner) are told by the manifest
    for (let at = 0; at < good.length; at += 3) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0x20;
      const same = await readBackup(inPieces(bad, 4096)).then(
        (manifest) => JSON.stringify(manifest) === JSON.stringify(manifestOf(small)),
        (error: unknown) => (error as { code: string }).code === 'BACKUP_DAMAGED',
      );
      // white space and letters of the manifest that stay valid are authenticated by age, not by tar
      if (!same) expect(at).toBeLessThan(512 + 2048);
    }
  });

  test('cut off anywhere, or followed by anything, it is refused', async () => {
    const good = await archived([source('/a', Buffer.from('aaa'))]);
    for (const length of [0, 100, 512, 600, good.length - 1024, good.length - 512, good.length - 1]) {
      await expect(readBackup(inPieces(good.subarray(0, length), 4096))).rejects.toMatchObject({
        code: 'BACKUP_DAMAGED',
      });
    }
    await expect(readBackup(inPieces(Buffer.concat([good, Buffer.from('x')]), 4096))).rejects.toMatchObject({
      code: 'BACKUP_DAMAGED',
    });
    // tar pads to a record of 10 KiB: zeros are no content
    await readBackup(inPieces(Buffer.concat([good, Buffer.alloc(4096)]), 4096));
  });

  test('members that are missing, swapped, doubled or foreign are named', async () => {
    const [a, b] = [source('/a', Buffer.from('a')), source('/b', Buffer.from('b'))];
    const read = async (sources: readonly MemberSource[], listed: readonly MemberSource[]): Promise<string> =>
      readBackup(inPieces(await archived(sources, manifestOf(listed)), 9999)).then(
        () => 'accepted',
        (error: unknown) => (error as Error).message,
      );
    expect(await read([a], [a, b])).toBe('"members/b" is missing from the archive');
    expect(await read([b, a], [a, b])).toBe('the archive holds "members/b" where its manifest has "members/a"');
    expect(await read([a, b], [a])).toBe('the archive holds "members/b" where its manifest has nothing');
    expect(await read([a, a], [a, a])).toBe('"manifest.json" names "members/a" twice');
    const evil = source('/x/../../../etc/passwd', Buffer.from('x'));
    expect(await read([evil], [evil])).toContain('"manifest.json" is not a manifest: members.0.path');
  });
});
