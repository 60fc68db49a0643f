import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArchiveRequest } from '../../../src/sync/archive.ts';
import { readArchive } from '../../../src/sync/archives/read.ts';
import { archiveRequest, extract, judgement } from '../../support/archive.ts';
import { tarArchive, tarEntry } from '../../support/tar-writer.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** Names without twins: the first letters differ by themselves. */
const part = fc.stringMatching(/^[a-z0-9_][a-z0-9._ é漢-]{0,40}$/u).filter((name) => name.trim() === name);
const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
const size = fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.constantFrom(511, 512, 513, 65_536, 300_000));
const tree = fc
  .dictionary(path, fc.tuple(size, fc.integer({ min: 0, max: 255 })), { minKeys: 1, maxKeys: 8 })
  // no file where another needs a directory
  .filter((files) => Object.keys(files).every((a) => !Object.keys(files).some((b) => b.startsWith(`${a}/`))));

/** Content that neither packs to nothing nor not at all. */
function content(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = seed + 1; at < length; at += 1) {
    state = (state * 48_271) % 0x7fffffff;
    bytes[at] = (at >> 6) % 3 === 0 ? state & 0xff : seed;
  }
  return bytes;
}

describe('random trees', () => {
  test.each([
    'tar --format=gnu -cf a t',
    'tar --format=pax -cf a t',
    'tar -czf a t',
    'tar -cJf a t',
    'tar -c t | zstd -q > a',
    'tar -cjf a t',
    'LC_ALL=C.UTF-8 zip -qr a.zip t; mv a.zip a',
  ])('come back byte for byte: %s', async (line) => {
    const directory = temporaryDirectory();
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        for (const name of ['t', 'a', 'into']) rmSync(join(directory, name), { recursive: true, force: true });
        for (const [name, [length, seed]] of Object.entries(files)) {
          mkdirSync(dirname(join(directory, 't', name)), { recursive: true });
          writeFileSync(join(directory, 't', name), content(length, seed));
        }
        execFileSync('sh', ['-c', line], { cwd: directory });
        const wanted = Object.keys(files).map((name) => `t/${name}`);
        await extract(archiveRequest(join(directory, 'a'), wanted), join(directory, 'into'));
        for (const name of wanted) {
          expect(readFileSync(join(directory, 'into', name)).equals(readFileSync(join(directory, name)))).toBe(true);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('chunks of any length make no difference', async () => {
    const archive = tarArchive(
      { name: 'long', type: 'L', body: `${'d/'.repeat(20)}tool\0` },
      { name: 'x', body: content(5000, 1) },
      { name: 'other', body: content(700, 2) },
    );
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 1, max: 1500 })), async (lengths) => {
        const request: ArchiveRequest = {
          ...archiveRequest(process.execPath, [`${'d/'.repeat(20)}tool`]),
          size: archive.length,
          random: () => ({
            size: archive.length,
            read: async (at, length) => archive.subarray(at, at + length),
            close: async () => undefined,
          }),
          async *open() {
            for (let at = 0; at < archive.length;) {
              const length = lengths.next().value;
              // a chunk that is overwritten as soon as the next one is asked for
              const chunk = Buffer.from(archive.subarray(at, at + length));
              yield chunk;
              chunk.fill(0xee);
              at += length;
            }
          },
        };
        const taken: Buffer[] = [];
        await readArchive(request, async (_path, _size, bytes) => {
          for await (const chunk of bytes) taken.push(Buffer.from(chunk));
        });
        expect(Buffer.concat(taken).equals(content(5000, 1))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('random damage to headers is judged, never thrown as anything else, and never leaves the directory', async () => {
    const directory = temporaryDirectory();
    const honest = [
      { name: 'a/', type: '5' },
      { name: 'a/link', type: '2', link: '../tool' },
      { name: 'tool', body: 'hello' },
    ].map(tarEntry);
    const archive = Buffer.concat([...honest, Buffer.alloc(1024)]);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: archive.length - 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        async (at, bytes) => {
          rmSync(join(directory, 'into'), { recursive: true, force: true });
          const damaged = Buffer.from(archive);
          damaged.set(bytes.subarray(0, archive.length - at), at);
          expect(await judgement(directory, damaged)).toMatch(
            /^accepted|^SYNC_(ARCHIVE_INVALID|ARCHIVE_UNSAFE|MEMBER_MISSING): /,
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
