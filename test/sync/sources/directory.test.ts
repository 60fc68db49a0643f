import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fetched, Location } from '../../../src/sync/source.ts';
import { directory } from '../../../src/sync/sources/directory.ts';
import { sampleBytes, sha256Of } from '../../support/downloads.ts';
import { sourceDoors, words } from '../../support/source-doors.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const bytes = sampleBytes(5_000_001);
const file = 'v{version}/{name}-{target}.tar.bz2';
const asset = 'agave-x86_64-unknown-linux-gnu.tar.bz2';

/** A base directory with a medium in it that holds the release. */
function medium(): string {
  const base = temporaryDirectory();
  mkdirSync(join(base, 'usb/v2.1.0'), { recursive: true });
  writeFileSync(join(base, 'usb/v2.1.0', asset), bytes);
  writeFileSync(join(base, 'usb/v2.1.0/SHA256SUMS'), 'sums');
  return base;
}

async function get(
  base: string,
  { side, expected = {}, spec = {} }: { side?: string; expected?: object; spec?: object } = {},
): Promise<{ fetched: Fetched; location: Location }> {
  const doors = sourceDoors({ base });
  const declared = { type: 'directory', path: 'usb', file, ...spec } as const;
  const location = await directory.locate(doors, declared, words, side);
  mkdirSync(join(base, 'cache'), { recursive: true });
  const path = join(base, 'cache/fetched');
  const fetched = await directory.fetch(doors, declared, { location, path, limit: 10_000_000, ...expected });
  return { fetched, location };
}

const failure = (message: string): object => ({
  code: 'SYNC_SOURCE_FAILED',
  message: expect.stringContaining(message),
});

describe('a directory', () => {
  test('is copied from and hashed in one pass', async () => {
    const base = medium();
    const { fetched, location } = await get(base);
    expect(location).toEqual({ name: asset, url: `file://${base}/usb/v2.1.0/${asset}` });
    expect(fetched).toMatchObject({ size: bytes.length, sha256: sha256Of(bytes) });
    expect(readFileSync(fetched.path).equals(bytes)).toBe(true);
    expect(readdirSync(join(base, 'cache'))).toEqual(['fetched']);
  });

  test('side files are beside the artifact', async () => {
    const { fetched, location } = await get(medium(), { side: 'SHA256SUMS' });
    expect(location.name).toBe('SHA256SUMS');
    expect(readFileSync(fetched.path, 'utf8')).toBe('sums');
  });

  test('links are followed as long as they stay inside', async () => {
    const base = medium();
    symlinkSync('v2.1.0', join(base, 'usb/latest'));
    symlinkSync('../latest/./SHA256SUMS', join(base, 'usb/v2.1.0/SUMS'));
    const { fetched } = await get(base, { spec: { file: 'latest/SUMS' } });
    expect(readFileSync(fetched.path, 'utf8')).toBe('sums');
  });

  test.each([
    ['a link to an absolute path', (base: string) => symlinkSync('/etc/passwd', join(base, 'usb/bad'))],
    ['a link upwards', (base: string) => symlinkSync('../secret', join(base, 'usb/bad'))],
    ['a directory that is a link out', (base: string) => symlinkSync(base, join(base, 'usb/bad'))],
  ])('nothing outside is read: %s', async (_title, place) => {
    const base = medium();
    writeFileSync(join(base, 'secret'), 'secret');
    place(base);
    for (const name of ['bad', 'bad/secret']) {
      await expect(get(base, { spec: { file: name } })).rejects.toMatchObject({ code: 'SYNC_SOURCE_FAILED' });
    }
    await expect(get(base, { spec: { file: 'bad' } })).rejects.toMatchObject(failure('leads out of that directory'));
    expect(existsSync(join(base, 'cache'))).toBe(false);
  });

  test('names that lead out, loops, directories and absent files are told apart', async () => {
    const base = medium();
    symlinkSync('loop', join(base, 'usb/loop'));
    for (const [name, message] of [
      ['../secret', 'leads out of that directory'],
      ['/etc/passwd', 'leads out of that directory'],
      ['.', 'leads out of that directory'],
      ['loop', 'goes round in links'],
      ['v2.1.0', 'is not a regular file'],
      ['v2.1.0/none', 'does not exist'],
    ] as const) {
      await expect(get(base, { spec: { file: name } })).rejects.toMatchObject(failure(message));
    }
    await expect(get(base, { spec: { path: 'none' } })).rejects.toMatchObject(failure('there is no directory'));
  });

  test('another size or digest than expected, more than allowed: nothing is left', async () => {
    const base = medium();
    for (const [expected, code] of [
      [{ size: 5 }, 'SYNC_CHECKSUM_MISMATCH'],
      [{ sha256: '0'.repeat(64) }, 'SYNC_CHECKSUM_MISMATCH'],
      [{ limit: 5_000_000 }, 'SYNC_SOURCE_FAILED'],
    ] as const) {
      await expect(get(base, { expected })).rejects.toMatchObject({ code });
      expect(readdirSync(join(base, 'cache'))).toEqual([]);
    }
  });

  test('a location from elsewhere, as a lock may name it, is not read', async () => {
    const base = medium();
    const doors = sourceDoors({ base });
    const location = { name: 'passwd', url: 'file:///etc/passwd' };
    const path = join(base, 'fetched');
    await expect(
      directory.fetch(doors, { type: 'directory', path: 'usb', file }, { location, path, limit: 1_000_000 }),
    ).rejects.toMatchObject(failure('is not below the declared directory'));
    const spec = { type: 'directory', path: './usb/v{version}', file: asset } as const;
    const found = await directory.locate(doors, spec, words);
    expect(await directory.fetch(doors, spec, { location: found, path, limit: 10_000_000 })).toMatchObject({
      sha256: sha256Of(bytes),
    });
    expect(dirname(path)).toBe(base);
  });
});
