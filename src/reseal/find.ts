import { dirname, join, resolve } from 'node:path';
import { beginsAsSealed } from '../age/sealed-header.ts';
import type { Context } from '../core/context.ts';
import type { FileStat } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { contentOf } from './digest.ts';
import { isStagedName } from './staged-name.ts';

/** A regular file that begins as an age file. */
export interface Found {
  /** Absolute. */
  readonly path: string;
  readonly stat: FileStat;
}

/**
 * The sealed files of `paths`: files as named, directories with all below them, each once. `onLink` is told the links met
 * in directories: what they lead to is found under its own name, or not meant. Throws FILE_NOT_FOUND, FILE_UNREADABLE,
 * and RESEAL_NOTHING_FOUND for a file that was named and is not sealed.
 */
export async function* findSealed(
  context: Context,
  paths: readonly string[],
  onLink: (path: string) => void = () => undefined,
): AsyncGenerator<Found, void, undefined> {
  const named = new Set(paths.map((path) => resolve(path)));
  for (const path of named) yield* visit(path, true);

  async function* visit(path: string, isNamed: boolean): AsyncGenerator<Found, void, undefined> {
    const stat = context.files.stat(path);
    if (stat === null) {
      if (isNamed) throw new ValopsError('FILE_NOT_FOUND', `there is no "${path}"`, { hint: 'Check the path.' });
      return;
    }
    if (stat.type === 'directory') {
      for (const name of context.files.list(path)) {
        const below = join(path, name);
        if (!named.has(below)) yield* visit(below, false);
      }
    } else if (stat.type === 'link') {
      if (isNamed) throw new ValopsError('FILE_UNREADABLE', `"${path}" is a symbolic link`, { hint: linkHint(path) });
      onLink(path);
    } else if (stat.type === 'file' && (await isSealed(context, path, stat))) {
      yield { path, stat };
    } else if (isNamed) {
      throw new ValopsError('RESEAL_NOTHING_FOUND', `"${path}" is not a sealed file`, {
        hint: 'Name sealed files, or directories that hold some.',
      });
    }
  }
}

/** The directories of the sealed files of `paths`. Throws as `findSealed`. */
export async function directoriesOf(context: Context, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const directories = new Set<string>();
  for await (const { path } of findSealed(context, paths)) directories.add(dirname(path));
  return directories;
}

async function isSealed(context: Context, path: string, { size }: FileStat): Promise<boolean> {
  if (size === 0 || isStagedName(path)) return false;
  for await (const chunk of contentOf(context, path, size)) return beginsAsSealed(chunk);
  return false;
}

function linkHint(path: string): string {
  return `Name the file it leads to: readlink -f '${path.replaceAll("'", String.raw`'\''`)}'`;
}
