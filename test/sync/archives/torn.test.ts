import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgement } from '../../support/archive.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const packers = ['cat', 'gzip -n', 'xz', 'xz --check=crc32 --block-size=20000', 'zstd -q', 'bzip2'];

/** An archive of one file that does not pack well, made by real tools. */
function packed(packer: string): { directory: string; archive: Buffer; tool: Buffer } {
  const directory = temporaryDirectory();
  const tool = readFileSync(process.execPath).subarray(0, 60_000);
  writeFileSync(join(directory, 'tool'), tool);
  execFileSync('sh', ['-c', `tar -b1 -cf - tool | ${packer} > a`], { cwd: directory });
  return { directory, archive: readFileSync(join(directory, 'a')), tool };
}

describe.each(packers)('a torn or damaged archive by %s', (packer) => {
  test('is refused wherever it is cut', async () => {
    const { directory, archive } = packed(packer);
    // bzip2 is a process for each try
    const tries = packer === 'bzip2' ? 12 : 60;
    const cuts = [1, 2, 4, 8, 9, 12, 512, 1023, 1024].map((back) => archive.length - back);
    for (let n = 0; n < tries; n += 1) cuts.push(Math.floor((archive.length * n) / tries));
    for (const cut of cuts) {
      rmSync(join(directory, 'into'), { recursive: true, force: true });
      expect(await judgement(directory, archive.subarray(0, cut)), `cut to ${cut}`).toMatch(/^SYNC_ARCHIVE_INVALID: /);
    }
  });

  test('is refused with anything behind its end', async () => {
    const { directory, archive } = packed(packer);
    for (const tail of ['x', '\0\0\0\0x', 'PK\u0005\u0006', '\0'.repeat(70_000) + 'x']) {
      rmSync(join(directory, 'into'), { recursive: true, force: true });
      const judged = await judgement(directory, Buffer.concat([archive, Buffer.from(tail, 'latin1')]));
      expect(judged, JSON.stringify(tail.slice(-5))).toMatch(/^SYNC_ARCHIVE_INVALID: /);
    }
  });
});

// tar has no checksum of contents, and fzstd checks none: the pinned digests stand for them
describe.each(packers.filter((packer) => packer !== 'cat' && packer !== 'zstd -q'))(
  'a damaged archive by %s',
  (packer) => {
    test('is refused wherever a bit of its content flips', async () => {
      const { directory, archive } = packed(packer);
      const tries = packer === 'bzip2' ? 12 : 60;
      for (let n = 0; n < tries; n += 1) {
        const flipped = Buffer.from(archive);
        const at = 20 + Math.floor(((archive.length - 40) * n) / tries);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (n & 7));
        rmSync(join(directory, 'into'), { recursive: true, force: true });
        const judged = await judgement(directory, flipped);
        expect(judged, `at ${at}`).toMatch(/^SYNC_ARCHIVE_(INVALID|UNSAFE): /);
      }
    });
  },
);
