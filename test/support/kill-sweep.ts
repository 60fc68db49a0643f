import { spawnSync } from 'node:child_process';
import { accessSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { snapshot, type SnapshotEntry } from './snapshot.ts';

/** System calls that change what a file system holds. */
const changing =
  'write,pwrite64,writev,pwritev,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,' +
  'mkdir,mkdirat,symlink,symlinkat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,truncate,ftruncate,fallocate';

/**
 * How many calls of a name one kill stands for in a sampled sweep. Those that give a file its name each leave another
 * state than the one before; of directories and of what is removed the first, and some on the way; what is written,
 * synced or given a mode before it has its name matters least.
 */
function strideOf(name: string): number {
  if (/^(rename|link|symlink)/.test(name)) return 1;
  return /^(unlink|rmdir|mkdir)/.test(name) ? 3 : 12;
}

const mostPoints = 3000;

/** Of a sweep that is sampled: every point with VALOPS_TEST_FULL=1. */
const isFull = process.env['VALOPS_TEST_FULL'] === '1';

export type SweptThread = 'main' | 'worker';

export interface KillPoint {
  readonly thread: SweptThread;
  /** The process was killed on entering this call as strace prints it, cut to 200 characters… */
  readonly syscall: string;
  /** …which was the thread's Nth of that name, from 1. */
  readonly nth: number;
}

export interface KillSweep {
  /** A Node program: `[process.execPath, script, …]`. */
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The directory whose content is handed to `check`. */
  readonly directory: string;
  readonly input?: Uint8Array;
  /** Threads to sweep; both by default. */
  readonly threads?: readonly SweptThread[];
  /**
   * Calls that change no file (as strace prints them in a run that nothing disturbs): a kill there leaves
   * what one at the next call leaves.
   */
  readonly skip?: (syscall: string) => boolean;
  /**
   * All calls that give files their names, and some of the others: for commands that make hundreds. The full sweep is run by
   * VALOPS_TEST_FULL=1.
   */
  readonly sampled?: true;
  /** Brings the directory to the state before the command; runs before every run. */
  readonly prepare: () => void;
  /** Judges what a killed run left; throws what a test throws. */
  readonly check: (left: readonly SnapshotEntry[], point: KillPoint) => void;
  /** Judges the run of each thread that was not killed. */
  readonly survived?: (left: readonly SnapshotEntry[], exitCode: number | null, stderr: string) => void;
}

/** How many points were hit, or in a sampled sweep stood for by one that was hit, in each thread. */
export type KillCount = Readonly<Record<SweptThread, number>>;

/** Whether this machine lets a test trace its own processes. */
export const canTrace: boolean = (() => {
  try {
    accessSync('/usr/bin/strace');
    return spawnSync('/usr/bin/strace', ['-o', '/dev/null', 'true']).status === 0;
  } catch {
    return false;
  }
})();

/**
 * Runs a command over and over, killing it (SIGKILL) at each of its file-changing system calls
 * in turn, before that call takes effect; `check` judges what each kill left.
 *
 * strace counts `when=N` for every thread and every name of call separately. So the threads are
 * swept one after the other: the main thread, which makes every synchronous call, is traced
 * without `-f`, and the one libuv worker (UV_THREADPOOL_SIZE=1), which makes the asynchronous
 * ones, by attaching to it alone (trace-worker.cjs). Other threads of Node touch no files. In each
 * thread a first run tells which calls there are; then each name is swept with N = 1, 2, 3… until
 * a run survives. Children are not swept.
 */
export function killSweep(sweep: KillSweep): KillCount {
  const count = { main: 0, worker: 0 };
  try {
    for (const thread of sweep.threads ?? (['main', 'worker'] as const)) {
      for (const [name, calls] of callsOf(sweep, thread)) {
        const stride = sweep.sampled === undefined || isFull ? 1 : strideOf(name);
        for (let nth = 1; count[thread] < mostPoints; nth += stride) {
          if (sweep.skip?.(calls[nth - 1] ?? '') === true) continue;
          if (runTraced(sweep, thread, name, nth) !== 'killed') break;
          count[thread] += stride;
          sweep.check(snapshot(sweep.directory), { thread, syscall: tracedCalls().at(-1) ?? name, nth });
        }
      }
    }
  } finally {
    rmSync(log, { force: true });
  }
  // who runs the full one wants to know how much that was
  if (isFull)
    console.log(`killed ${count.main + count.worker} times: ${count.main} main thread, ${count.worker} worker`);
  return count;
}

const log = join(tmpdir(), `valops-kill-sweep-${process.pid}.log`);

/** The changing calls which a thread makes when nothing disturbs it, by name. */
function callsOf(sweep: KillSweep, thread: SweptThread): ReadonlyMap<string, readonly string[]> {
  runTraced(sweep, thread);
  const calls = new Map<string, string[]>();
  for (const line of tracedCalls()) {
    const name = line.slice(0, line.indexOf('('));
    calls.set(name, [...(calls.get(name) ?? []), line]);
  }
  return calls;
}

function runTraced(sweep: KillSweep, thread: SweptThread, name?: string, nth?: number): 'killed' | 'survived' {
  sweep.prepare();
  rmSync(log, { force: true });
  const inject = name === undefined ? [] : ['-e', `inject=${name}:signal=SIGKILL:when=${nth}`];
  const strace = ['/usr/bin/strace', '-qq', '-s', '64', '-o', log, '-e', `trace=${changing}`, ...inject];
  const preload = new URL('trace-worker.cjs', import.meta.url).pathname;
  const [program, ...args] = thread === 'main' ? [...strace, ...sweep.argv] : sweep.argv;
  const run = spawnSync(program ?? '', args, {
    cwd: sweep.cwd,
    input: sweep.input ?? '',
    timeout: 60_000,
    env: {
      ...sweep.env,
      UV_THREADPOOL_SIZE: '1',
      ...(thread === 'main'
        ? {}
        : { NODE_OPTIONS: `--require ${JSON.stringify(preload)}`, KILL_SWEEP_STRACE: JSON.stringify(strace) }),
    },
  });
  if (run.error !== undefined) throw run.error;
  if (run.signal === 'SIGKILL') return 'killed';
  if (run.signal !== null) throw new Error(`the swept command ended by ${run.signal}: ${run.stderr.toString()}`);
  sweep.survived?.(snapshot(sweep.directory), run.status, run.stderr.toString());
  return 'survived';
}

function tracedCalls(): readonly string[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => /^\w+\(/.test(line))
    .map((line) => line.slice(0, 200));
}
