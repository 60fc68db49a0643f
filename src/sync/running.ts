import { join, sep } from 'node:path';
import { ValopsError } from '../lib/errors.ts';
import type { Declaration } from './declaration.ts';
import { safePrefix, type StoreDoors } from './safe-prefix.ts';

/** A process that runs a program of a binary. */
export interface RunningProcess {
  readonly pid: number;
  /** Name of the release, whose files may be gone by now. */
  readonly release: string;
  /** Path of the program below the release. */
  readonly program: string;
  /** The file it was started from is not there any more. */
  readonly deleted: boolean;
}

/** What /proc shows of a binary. */
export interface Running {
  readonly processes: readonly RunningProcess[];
  /** False when processes of other users could not be looked at, which takes root. */
  readonly complete: boolean;
}

/** The processes whose program (proc_pid_exe(5)) lies below the release root, whatever release is active. */
export function runningProcesses(doors: StoreDoors, declaration: Declaration): Running {
  const { context, trees } = doors;
  const below = `${join(realPrefix(doors, declaration), declaration.name)}${sep}`;
  const processes: RunningProcess[] = [];
  let complete = true;
  for (const pid of context.files.list('/proc').filter((name) => /^\d+$/.test(name))) {
    let exe: string | null;
    try {
      exe = trees.readLink(`/proc/${pid}/exe`);
    } catch (error) {
      if (!(error instanceof ValopsError)) throw error;
      complete = false;
      continue;
    }
    if (exe?.startsWith(below) !== true) continue;
    const path = exe.replace(/ \(deleted\)$/, '');
    const [release = '', ...program] = path.slice(below.length).split(sep);
    processes.push({ pid: Number(pid), release, program: program.join(sep), deleted: path !== exe });
  }
  return { processes: processes.toSorted((a, b) => a.pid - b.pid), complete };
}

/** As the kernel calls it: without links. A prefix that is not safe is somebody else's finding. */
function realPrefix(doors: StoreDoors, { prefix }: Declaration): string {
  try {
    return safePrefix(doors, prefix);
  } catch (error) {
    if (error instanceof ValopsError) return prefix;
    throw error;
  }
}
