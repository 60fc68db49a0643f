import { join, resolve } from 'node:path';
import { beginsAsSealed } from '../age/sealed-header.ts';
import type { Context } from '../core/context.ts';
import type { FileStat } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { contentOf } from './digest.ts';
import { isStagedName } from './record.ts';

/** A regular file that begins as an age file. */
export interface Found {
  /** Absolute. */
  readonly path: string;
  readonly stat: FileStat;
}

export interface FoundFiles {
  readonly sealed: readonly Found[];
  /** Links met in directories: what they lead to is found under its own name, or not meant. */
  readonly links: readonly string[];
}

/**
 * The sealed files of `paths`: files as named, directories with all below them. Throws FILE_NOT_FOUND, FILE_UNREADABLE,
 * and RESEAL_NOTHING_FOUND for a file that was named and is not sealed.
 */
export async function findSealed(context: Context, paths: readonly string[]): Promise<FoundFiles> {
  const sealed = new Map<string, Found>();
  const links: string[] = [];
  const visit = async (path: string, named: boolean): Promise<void> => {
    const stat = context.files.stat(path);
    if (stat === null) {
      if (named) throw new ValopsError('FILE_NOT_FOUND', `there is no "${path}"`, { hint: 'Check the path.' });
      return;
    }
    if (stat.type === 'directory') {
      for (const name of context.files.list(path)) await visit(join(path, name), false);
    } else if (stat.type === 'link') {
      if (named) throw new ValopsError('FILE_UNREADABLE', `"${path}" is a symbolic link`, { hint: linkHint(path) });
      links.push(path);
    } else if (stat.type === 'file' && (await isSealed(context, path, stat))) {
      sealed.set(path, { path, stat });
    } else if (named) {
      throw new ValopsError('RESEAL_NOTHING_FOUND', `"${path}" is not a sealed file`, {
        hint: 'Name sealed files, or directories that hold some.',
      });
    }
  };
  for (const path of paths) await visit(resolve(path), true);
  return { sealed: [...sealed.values()], links };
}

async function isSealed(context: Context, path: string, { size }: FileStat): Promise<boolean> {
  if (size === 0 || isStagedName(path)) return false;
  for await (const chunk of contentOf(context, path, size)) return beginsAsSealed(chunk);
  return false;
}

function linkHint(path: string): string {
  return `Name the file it leads to: readlink -f '${path.replaceAll("'", String.raw`'\''`)}'`;
}
