import { spawnSync } from 'node:child_process';

/** Shells that scripts for hosts must run under, as far as they are on this machine. */
export const shells: readonly (readonly string[])[] = [['sh'], ['dash'], ['busybox', 'sh'], ['bash', '--posix']].filter(
  ([program = '']) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0,
);
