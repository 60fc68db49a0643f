import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Hosts } from '../../../src/core/hosts.ts';
import { ValopsError } from '../../../src/lib/errors.ts';
import type { Fetched } from '../../../src/sync/source.ts';
import { ssh } from '../../../src/sync/sources/ssh.ts';
import { sampleBytes, sha256Of } from '../../support/downloads.ts';
import { addressOf, makeHosts, reaching } from '../../support/hosts.ts';
import { shellHost, type ShellHostFaults } from '../../support/shell-host.ts';
import { sourceDoors, words } from '../../support/source-doors.ts';
import { sshdProgram, startSshd } from '../../support/sshd.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

// two whole pieces and a bit
const bytes = sampleBytes(33 * 1024 * 1024 + 7);

function build(): { base: string; file: string } {
  const base = temporaryDirectory();
  mkdirSync(join(base, "o'build"));
  mkdirSync(join(base, 'cache'));
  const file = join(base, "o'build/agave-2.1.0");
  writeFileSync(file, bytes);
  writeFileSync(join(base, "o'build/SHA256SUMS"), 'sums');
  return { base, file };
}

async function get(
  base: string,
  {
    faults = {},
    hosts,
    host = 'builder',
    side,
    expected = {},
    path = join(base, "o'build/{name}-{version}"),
  }: { faults?: ShellHostFaults; hosts?: Hosts; host?: string; side?: string; expected?: object; path?: string } = {},
): Promise<Fetched & { url: string }> {
  const doors = sourceDoors(hosts === undefined ? { host: () => shellHost(['sh'], faults) } : { hosts });
  const spec = { type: 'ssh', host, path } as const;
  const location = await ssh.locate(doors, spec, words, side);
  const target = join(base, 'cache/fetched');
  const fetched = await ssh.fetch(doors, spec, { location, path: target, limit: 100_000_000, ...expected });
  expect(readdirSync(join(base, 'cache'))).toEqual(['fetched']);
  return { ...fetched, url: location.url };
}

const cache = (base: string): readonly string[] => readdirSync(join(base, 'cache'));

describe('a file on a host', () => {
  test('is read in pieces and hashed', async () => {
    const { base } = build();
    const got = await get(base);
    expect(got).toMatchObject({ size: bytes.length, sha256: sha256Of(bytes) });
    expect(got.url).toBe(`ssh://builder${base}/o'build/agave-2.1.0`);
    expect(readFileSync(got.path).equals(bytes)).toBe(true);
    expect(await get(base, { side: 'SHA256SUMS' })).toMatchObject({ size: 4 });
  });

  test('no answer is larger than a piece', async () => {
    const { base } = build();
    const sizes: number[] = [];
    const answers = shellHost();
    const hosts: Hosts = {
      select: () => [],
      nameOf: () => 'x',
      addressOf: async () => null,
      connect: async () => ({
        ...answers,
        async run(request) {
          const result = await answers.run(request);
          sizes.push(result.stdout.length);
          return result;
        },
      }),
    };
    await get(base, { hosts });
    expect(Math.max(...sizes)).toBe(16 * 1024 * 1024);
  });

  test('goes on after a lost connection, unless the file has changed', async () => {
    for (const changes of [false, true]) {
      const { base, file } = build();
      const lost: ShellHostFaults = {
        after(request) {
          if (request.script.includes('skip=16 ')) throw new ValopsError('HOST_CONNECTION_LOST', 'lost');
        },
      };
      await expect(get(base, { faults: lost })).rejects.toMatchObject({ code: 'HOST_CONNECTION_LOST' });
      expect(cache(base)).toEqual(['fetched.part', 'fetched.part.json']);
      if (changes) {
        writeFileSync(`${file}.new`, bytes);
        renameSync(`${file}.new`, file);
      }
      const skips: string[] = [];
      const faults: ShellHostFaults = {
        before({ script }) {
          const skip = / skip=(\d+) /.exec(script)?.[1];
          if (skip !== undefined) skips.push(skip);
        },
      };
      expect(await get(base, { faults })).toMatchObject({ sha256: sha256Of(bytes) });
      expect(skips).toEqual(changes ? ['0', '16', '32'] : ['16', '32']);
    }
  });

  test('that changes while it is read is not taken', async () => {
    const { base, file } = build();
    const faults: ShellHostFaults = {
      after({ script }) {
        if (script.includes(' skip=32 ')) appendFileSync(file, 'more');
      },
    };
    await expect(get(base, { faults })).rejects.toMatchObject({
      code: 'SYNC_SOURCE_FAILED',
      message: expect.stringContaining('changed while it was read'),
    });
    expect(cache(base)).toEqual([]);
  });

  test('of another size or digest, too large, absent or no file: nothing is left', async () => {
    const { base } = build();
    for (const [wrong, code, message] of [
      [{ expected: { size: 5 } }, 'SYNC_CHECKSUM_MISMATCH', 'expected 5 bytes'],
      [{ expected: { sha256: '0'.repeat(64) } }, 'SYNC_CHECKSUM_MISMATCH', 'expected sha256'],
      [{ expected: { limit: 1000 } }, 'SYNC_SOURCE_FAILED', 'more than the 1000 allowed'],
      [{ path: join(base, 'none') }, 'SYNC_SOURCE_FAILED', 'no such regular file'],
      [{ path: base }, 'SYNC_SOURCE_FAILED', 'no such regular file'],
      [{ path: 'build/agave' }, 'CONFIG_INVALID', 'expected the absolute path'],
    ] as const) {
      await expect(get(base, wrong)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
      expect(cache(base)).toEqual([]);
    }
  });

  test('is read by a path, never by what it looks like to a shell', async () => {
    const base = temporaryDirectory();
    mkdirSync(join(base, 'cache'));
    const name = '$(touch pwned) `touch pwned` ; * "-n\n';
    writeFileSync(join(base, name), 'x');
    expect(await get(base, { path: join(base, name) })).toMatchObject({ size: 1 });
    expect(existsSync('pwned') || existsSync(join(base, 'pwned'))).toBe(false);
  });
});

describe.runIf(sshdProgram)('over a real sshd (needs the program sshd)', () => {
  test.each(['ssh2', 'openssh'] as const)('by %s', async (transport) => {
    const sshd = await startSshd();
    onTestFinished(() => sshd.stop());
    const { base } = build();
    const { hosts } = makeHosts({ ...reaching(sshd), transport });
    expect(await get(base, { hosts, host: addressOf(sshd) })).toMatchObject({ sha256: sha256Of(bytes) });
  });
});
