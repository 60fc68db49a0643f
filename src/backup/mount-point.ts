import { dirname } from 'node:path';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';

const mountTable = '/proc/self/mountinfo';
const tableLimit = 4 << 20;

/** Where the file system of a real path is mounted (proc(5), `mountinfo`); `/` when that is not known. */
export function mountPointOf(context: Context, path: string): string {
  const points = mountPoints(context);
  for (let at = path; at !== '/'; at = dirname(at)) if (points.has(at)) return at;
  return '/';
}

/**
 * Whether a directory was on a medium mounted at `mountPoint` and is not on one now: what is written to it would land
 * on the disk below, and what is missing there is not gone.
 */
export function isUnmounted(context: Context, directory: string, mountPoint: string | undefined): boolean {
  return mountPoint !== undefined && mountPointOf(context, directory).length < mountPoint.length;
}

function mountPoints(context: Context): ReadonlySet<string> {
  let table: Uint8Array;
  try {
    table = context.files.read(mountTable, tableLimit);
  } catch (error) {
    if (error instanceof ValopsError) return new Set();
    throw error;
  }
  const lines = new TextDecoder().decode(table).split('\n');
  return new Set(lines.map((line) => unescaped(line.split(' ')[4] ?? '')));
}

/** Blanks, tabs, line ends and backslashes stand as octal numbers. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8)));
}
