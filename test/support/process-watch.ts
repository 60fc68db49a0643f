import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessWatch {
  /** Ends the watch; answers every command line and environment that was seen, without repetition. */
  stop(): Promise<Buffer>;
  /** Names that appeared in the watched directory meanwhile. */
  readonly appeared: ReadonlySet<string>;
}

/** Reads /proc/PID/cmdline and environ of all processes, and a directory, as often as it can. */
export function watchProcesses(directory: string): ProcessWatch {
  const seen = new Set<string>();
  const appeared = new Set<string>();
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      for (const name of namesIn(directory)) appeared.add(name);
      for (const pid of readdirSync('/proc')) {
        if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
        for (const file of ['cmdline', 'environ']) seen.add(readProc(`/proc/${pid}/${file}`));
      }
      await sleep(2);
    }
  })();
  return {
    appeared,
    async stop() {
      stopped = true;
      await loop;
      return Buffer.from([...seen].join('\n'), 'latin1');
    },
  };
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // it has ended
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // a test that failed has removed it
  }
}
