'use strict';
// Preloaded (node --require) into a process whose libuv worker is to be swept: starts the only
// worker (UV_THREADPOOL_SIZE=1), attaches strace to that thread alone, and waits until it traces.
const { spawn } = require('node:child_process');
const { readFileSync, readdirSync, stat } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const { KILL_SWEEP_STRACE, ...environment } = process.env;
if (KILL_SWEEP_STRACE !== undefined && isMainThread) {
  delete process.env.KILL_SWEEP_STRACE;
  const before = new Set(readdirSync('/proc/self/task'));
  // The pool is made when the first request is submitted, before this call returns.
  stat('/', () => undefined);
  const worker = readdirSync('/proc/self/task').find((task) => !before.has(task));
  const [program, ...args] = JSON.parse(KILL_SWEEP_STRACE);
  const tracer = spawn(program, [...args, '-p', worker], { stdio: 'ignore', detached: true, env: environment });
  tracer.unref();
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (/^TracerPid:\s+0$/m.test(readFileSync(`/proc/self/task/${worker}/status`, 'latin1')))
    Atomics.wait(pause, 0, 0, 2);
}
