import { join } from 'node:path';
import { activeRelease } from './active-release.ts';
import type { Declaration } from './declaration.ts';
import { readPending } from './pending.ts';
import { isLeftover, releaseRoot } from './release-root.ts';
import type { StoreDoors } from './safe-prefix.ts';

/**
 * Removes what runs that are gone left half done beside the releases and in `<prefix>/bin`; never what
 * `current` leads to or a switch under way needs. Runs under `withPrefixLock`, hence nobody else is at
 * work there.
 */
export function removeLeftovers(doors: StoreDoors, declaration: Declaration): void {
  for (const path of leftovers(doors, declaration)) doors.trees.removeTree(path);
}

/** Absolute paths of what `removeLeftovers` would remove. */
export function leftovers({ context, trees }: StoreDoors, declaration: Declaration): readonly string[] {
  const root = releaseRoot(declaration);
  const pending = readPending(context, root);
  const needed = new Set([activeRelease({ context, trees }, declaration), pending?.from, pending?.to]);
  return [root.path, join(declaration.prefix, 'bin')].flatMap((directory) =>
    context.files
      .list(directory)
      .filter((name) => isLeftover(name) && !needed.has(name))
      .map((name) => join(directory, name)),
  );
}
