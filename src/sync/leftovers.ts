import { join } from 'node:path';
import type { Declaration } from './declaration.ts';
import { readPending } from './pending.ts';
import { isLeftover, releaseRoot } from './release-root.ts';
import type { StoreDoors } from './safe-prefix.ts';

/**
 * Removes what runs that are gone left half done beside the releases and in `<prefix>/bin`; never what
 * `current` leads to or a switch under way needs. Runs under `withPrefixLock`, hence nobody else is at
 * work there.
 */
export function removeLeftovers({ context, trees }: StoreDoors, declaration: Declaration): void {
  const root = releaseRoot(declaration);
  const pending = readPending(context, root);
  const needed = new Set([trees.readLink(root.current), pending?.from, pending?.to]);
  for (const directory of [root.path, join(declaration.prefix, 'bin')]) {
    for (const name of context.files.list(directory)) {
      if (isLeftover(name) && !needed.has(name)) trees.removeTree(join(directory, name));
    }
  }
}
