import {
  accessSync,
  constants,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statfsSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Memory } from '../core/memory.ts';
import { ValopsError } from '../lib/errors.ts';
import { destroyTree } from './destroy-tree.ts';
import type { RegisterUndo } from './staged-file.ts';

/** `f_type` of the file systems that live in memory (statfs(2)). */
const memoryFileSystems: ReadonlySet<number> = new Set([0x01021994 /* tmpfs */, 0x858458f6 /* ramfs */]);

export interface MemoryOptions {
  /** Registers what must run at exit and on signals; answers how to take it back. */
  readonly cleanup: RegisterUndo;
  /** Directories to try, in order; by default those of the user's session and `/dev/shm`. */
  readonly candidates?: readonly string[];
}

/**
 * Private directories in memory. A candidate is judged by its file system's type, never by its
 * name. Directories are called `valops-PURPOSE-PID-STARTTIME-NAMESPACE-RANDOM`; one whose process
 * is gone (no such pid, or another start time) is destroyed when the next one is made. Those of
 * another pid namespace (a container sharing /dev/shm) are let alone: their pids mean nothing here.
 */
export function createMemory(options: MemoryOptions): Memory {
  return {
    holds: (path) => holdsInMemory(resolve(path)),
    directory(purpose) {
      const candidates = (options.candidates ?? sessionDirectories()).filter(isMemory);
      for (const candidate of candidates) destroyStale(candidate);
      const path = makeDirectory(candidates, purpose);
      const unregister = options.cleanup(() => destroy(path));
      return {
        path,
        destroy() {
          destroy(path);
          unregister();
        },
      };
    },
  };
}

/** Times that destroying is tried, and the milliseconds between. */
const tries = 100;
const pause = 20;

/**
 * A process that was killed a moment ago may still make a file while the tree is destroyed: it is tried
 * again, for two seconds. Synchronous, for it serves signals too.
 */
function destroy(path: string): void {
  for (let n = 1; ; n++) {
    destroyTree(path);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
    if (n === tries) break;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
  throw new ValopsError('MEMORY_LEFT', `"${path}" could not be destroyed; what is in it may be secret`, {
    hint: `rm -r ${path}`,
  });
}

function sessionDirectories(): readonly string[] {
  const session = process.env['XDG_RUNTIME_DIR'];
  return [...(session?.startsWith('/') === true ? [session] : []), `/run/user/${process.geteuid?.()}`, '/dev/shm'];
}

function isMemory(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return memoryFileSystems.has(statfsSync(path).type);
  } catch {
    return false;
  }
}

function holdsInMemory(path: string): boolean {
  try {
    return memoryFileSystems.has(statfsSync(path).type);
  } catch {
    return path !== dirname(path) && holdsInMemory(dirname(path));
  }
}

function makeDirectory(candidates: readonly string[], purpose: string): string {
  const name = `valops-${purpose.replaceAll(/[^a-z0-9]+/gi, '_')}-${process.pid}-${startTime(process.pid)}-${pidNamespace()}-`;
  let cause: unknown;
  for (const candidate of candidates) {
    try {
      return mkdtempSync(join(candidate, name));
    } catch (error) {
      cause = error;
    }
  }
  throw new ValopsError('MEMORY_UNAVAILABLE', 'no directory in memory (tmpfs) is writable', {
    hint: 'Mount one: mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs /dev/shm',
    cause,
  });
}

function destroyStale(directory: string): void {
  for (const name of readdirSync(directory)) {
    const owner = /^valops-[A-Za-z0-9_]+-(\d+)-(\d+)-(\d+)-[A-Za-z0-9]{6}$/.exec(name);
    if (owner === null || owner[3] !== pidNamespace() || startTime(Number(owner[1])) === owner[2]) continue;
    const path = join(directory, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true && stat.uid === process.geteuid?.()) destroyTree(path);
  }
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)): clock ticks after boot; empty for no such process. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in field 2 may hold spaces and parentheses; the fields after it cannot.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Inode of this process's pid namespace, from the link `pid:[INODE]` (namespaces(7)). */
function pidNamespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
}
