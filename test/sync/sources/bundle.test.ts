import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BundleManifest, BundlePart } from '../../../src/sync/bundle.ts';
import type { Fetched, Location } from '../../../src/sync/source.ts';
import { bundle } from '../../../src/sync/sources/bundle.ts';
import { sampleBytes, sha256Of } from '../../support/downloads.ts';
import { sourceDoors, words } from '../../support/source-doors.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const bytes = sampleBytes(2_000_000);
const sums = Buffer.from('sums');
const asset = 'agave-x86_64-unknown-linux-gnu.tar.bz2';

function use(file: string, more: object = {}): NonNullable<BundlePart['uses']>[number] {
  return { ...words, platform: 'linux-x64', file, ...more };
}

/** A directory as `sync export` writes it, with a cache beside. */
function exported(): string {
  const base = temporaryDirectory();
  for (const folder of ['cache', 'usb/artifacts', 'usb/evidence']) mkdirSync(join(base, folder), { recursive: true });
  const parts: BundlePart[] = [];
  const add = (folder: string, content: Uint8Array, purpose: BundlePart['purpose'], uses: BundlePart['uses']): void => {
    const sha256 = sha256Of(content);
    writeFileSync(join(base, 'usb', folder, sha256), content);
    parts.push({ path: `${folder}/${sha256}`, sha256, size: content.length, purpose, uses });
  };
  // the same bytes serve two platforms under two names
  const arm = { os: 'linux', arch: 'aarch64', target: 'aarch64-unknown-linux-gnu', platform: 'linux-arm64' };
  add('artifacts', bytes, 'artifact', [use('agave-arm.tar.bz2', arm), use(asset)]);
  add('evidence', sums, 'evidence', [use('https://192.0.2.1/keys/SHA256SUMS')]);
  const manifest: BundleManifest = {
    schema: 'valops/sync-bundle/1',
    createdAt: '2026-11-22T06:00:00Z',
    createdBy: 'someone@somewhere',
    tool: 'valops 0.0.0-test',
    parts,
  };
  writeFileSync(join(base, 'usb/manifest.json'), JSON.stringify(manifest));
  return base;
}

const spec = { type: 'bundle', path: 'usb' } as const;

async function get(
  base: string,
  { side, expected = {}, from = {} }: { side?: string; expected?: object; from?: Partial<Location> } = {},
): Promise<{ location: Location; fetched: Fetched }> {
  const doors = sourceDoors({ base });
  const location = { ...(await bundle.locate(doors, spec, words, side)), ...from };
  const path = join(base, 'cache/fetched');
  return { location, fetched: await bundle.fetch(doors, spec, { location, path, limit: 10_000_000, ...expected }) };
}

describe('a bundle', () => {
  test('hands out the artifact of a release under the name it has on this platform', async () => {
    const base = exported();
    const { location, fetched } = await get(base);
    expect(location.name).toBe(asset);
    expect(fetched).toMatchObject({ size: bytes.length, sha256: sha256Of(bytes) });
    expect(readFileSync(fetched.path).equals(bytes)).toBe(true);
  });

  test('hands out evidence, also such that has an address of its own', async () => {
    const { location, fetched } = await get(exported(), { side: 'https://192.0.2.1/keys/SHA256SUMS' });
    expect(location.name).toBe('SHA256SUMS');
    expect(fetched.sha256).toBe(sha256Of(sums));
  });

  test('finds what a lock names by its digest, wherever it was fetched from then', async () => {
    const from = { url: 'https://192.0.2.1/agave.tar.bz2' };
    expect(await get(exported(), { from, expected: { sha256: sha256Of(bytes), size: bytes.length } })).toMatchObject({
      fetched: { sha256: sha256Of(bytes) },
    });
    await expect(get(exported(), { from, expected: { sha256: '0'.repeat(64) } })).rejects.toMatchObject({
      code: 'SYNC_BUNDLE_INCOMPLETE',
      message: expect.stringContaining('0'.repeat(64)),
    });
  });

  test('says what it lacks', async () => {
    const base = exported();
    const doors = sourceDoors({ base });
    await expect(bundle.locate(doors, spec, { ...words, version: '3' })).rejects.toMatchObject({
      code: 'SYNC_BUNDLE_INCOMPLETE',
      message: `the bundle "${base}/usb" has no artifact of agave 3 for x86_64-unknown-linux-gnu`,
    });
    await expect(bundle.locate(doors, spec, words, 'none.sig')).rejects.toMatchObject({
      code: 'SYNC_BUNDLE_INCOMPLETE',
    });
    await expect(bundle.locate(doors, { type: 'bundle', path: 'cache' }, words)).rejects.toMatchObject({
      code: 'SYNC_BUNDLE_INVALID',
    });
  });

  test('whose files are others than its manifest says is not believed, and neither are links', async () => {
    const base = exported();
    const file = join(base, 'usb/artifacts', sha256Of(bytes));
    const flipped = Uint8Array.from(bytes);
    flipped[9] = (flipped[9] ?? 0) ^ 1;
    writeFileSync(file, flipped);
    await expect(get(base)).rejects.toMatchObject({ code: 'SYNC_CHECKSUM_MISMATCH' });
    writeFileSync(join(base, 'outside'), bytes);
    rmSync(file);
    symlinkSync('../../outside', file);
    await expect(get(base)).rejects.toMatchObject({ code: 'SYNC_SOURCE_FAILED' });
    rmSync(file);
    await expect(get(base)).rejects.toMatchObject({
      code: 'SYNC_BUNDLE_INCOMPLETE',
      message: `the bundle "${base}/usb" lacks "${asset}" (sha256 ${sha256Of(bytes)})`,
    });
    expect(readdirSync(join(base, 'cache'))).toEqual([]);
  });
});
