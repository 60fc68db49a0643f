import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createProcesses } from '../../src/hosts/local/processes.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { createFiles } from '../../src/store/files.ts';
import type { ArchiveRequest } from '../../src/sync/archive.ts';
import { readArchive } from '../../src/sync/archives/read.ts';

export const limits = { bytes: 1024 ** 3, ratio: 200, entries: 10_000 } as const;

/** A request for a real file, through the real doors. */
export function archiveRequest(
  path: string,
  wanted: readonly string[],
  more: Partial<ArchiveRequest> = {},
): ArchiveRequest {
  const files = createFiles();
  return {
    name: basename(path),
    open: () => files.stream(path),
    random: () => files.openRandom(path),
    size: statSync(path).size,
    wanted,
    bare: false,
    limits,
    processes: createProcesses(process.env),
    ...more,
  };
}

/** Extracts the wanted members below `into`, by the names they have in the archive. */
export async function extract(request: ArchiveRequest, into: string): Promise<Awaited<ReturnType<typeof readArchive>>> {
  const files = createFiles();
  return readArchive(request, async (path, _size, bytes) => {
    const target = join(into, path);
    mkdirSync(dirname(target), { recursive: true });
    const staged = await files.stage(target, { mode: 0o644 });
    try {
      for await (const chunk of bytes) await staged.write(chunk);
      await staged.publish('exclusive');
    } finally {
      await staged.discard();
    }
  });
}

/** The error that judging an archive of these bytes ends with: `CODE: message`; or `accepted`. */
export async function judgement(
  directory: string,
  bytes: Uint8Array,
  wanted: readonly string[] = ['tool'],
  more: Partial<ArchiveRequest> = {},
): Promise<string> {
  const path = join(directory, 'release');
  writeFileSync(path, bytes);
  mkdirSync(join(directory, 'into'), { recursive: true });
  try {
    await extract(archiveRequest(path, wanted, more), join(directory, 'into'));
    return 'accepted';
  } catch (error) {
    if (error instanceof ValopsError) return `${error.code}: ${error.message}`;
    throw error;
  }
}
