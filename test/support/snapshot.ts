import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface SnapshotEntry {
  /** Relative to the directory. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly mode: number;
  /** Content of a file, target of a link, empty for anything else. */
  readonly bytes: Buffer;
}

/** Everything below a directory, sorted by path. */
export function snapshot(directory: string, below = ''): readonly SnapshotEntry[] {
  return readdirSync(join(directory, below))
    .sort()
    .flatMap((name): SnapshotEntry[] => {
      const path = join(below, name);
      const full = join(directory, path);
      const stat = lstatSync(full);
      const mode = stat.mode & 0o7777;
      if (stat.isDirectory()) {
        return [{ path, type: 'directory', mode, bytes: Buffer.alloc(0) }, ...snapshot(directory, path)];
      }
      if (stat.isFile()) return [{ path, type: 'file', mode, bytes: readFileSync(full) }];
      if (stat.isSymbolicLink()) return [{ path, type: 'link', mode, bytes: Buffer.from(readlinkSync(full)) }];
      return [{ path, type: 'other', mode, bytes: Buffer.alloc(0) }];
    });
}
