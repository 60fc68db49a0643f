import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Absolute path of a program, or null. A name with a slash is taken as a path, any other is looked
 * up in `searchPath` (PATH syntax), of which relative and empty members are skipped: they would
 * let the working directory supply programs.
 */
export function findProgram(program: string, searchPath: string): string | null {
  if (program.includes('/')) return isExecutable(resolve(program)) ? resolve(program) : null;
  if (program === '') return null;
  const directories = searchPath.split(':').filter((directory) => directory.startsWith('/'));
  return directories.map((directory) => join(directory, program)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
