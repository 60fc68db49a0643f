import { basename, join } from 'node:path';
import { ValopsError } from '../lib/errors.ts';
import type { Declaration } from './declaration.ts';
import { binLink } from './release-root.ts';
import type { ReleaseRecord } from './release.ts';
import type { StoreDoors } from './safe-prefix.ts';

type Named = Pick<Declaration, 'prefix' | 'name'>;

/** The links below `<prefix>/bin` that lead to the programs of a release, by their name there. */
export function binLinks(declaration: Named, files: ReleaseRecord['files']): ReadonlyMap<string, string> {
  const programs = Object.entries(files).filter(([, { mode }]) => (parseInt(mode, 8) & 0o111) !== 0);
  return new Map(programs.map(([install]) => [basename(install), binLink(declaration, install).target]));
}

/** Throws FILE_EXISTS, before anything is changed, when a name in `<prefix>/bin` belongs to something else. */
export function refuseTakenNames({ trees }: StoreDoors, declaration: Named, files: ReleaseRecord['files']): void {
  for (const name of binLinks(declaration, files).keys()) {
    const path = join(declaration.prefix, 'bin', name);
    const target = trees.readLink(path);
    if (target === null || isOurs(declaration, target)) continue;
    throw new ValopsError(
      'FILE_EXISTS',
      `"${path}" leads to "${target}", so it cannot lead to "${declaration.name}" as well`,
      { hint: 'Install the program under another name, or remove that link.' },
    );
  }
}

/** Makes the links of the active release and takes away those of ours that it has no program for. */
export function settleBinLinks(
  { context, trees }: StoreDoors,
  declaration: Named,
  files: ReleaseRecord['files'],
): void {
  const wanted = binLinks(declaration, files);
  const directory = join(declaration.prefix, 'bin');
  for (const [name, target] of wanted) {
    const path = join(directory, name);
    if (trees.readLink(path) !== target) trees.replaceLink(path, target);
  }
  for (const name of context.files.list(directory)) {
    const path = join(directory, name);
    if (wanted.has(name) || context.files.stat(path)?.type !== 'link') continue;
    if (isOurs(declaration, trees.readLink(path) ?? '')) context.files.remove(path);
  }
}

function isOurs({ name }: Named, target: string): boolean {
  return target.startsWith(join('..', name, 'current/'));
}
