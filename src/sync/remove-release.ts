import type { Declaration } from './declaration.ts';
import { privateName, releaseRoot } from './release-root.ts';
import type { StoreDoors } from './safe-prefix.ts';

/**
 * Removes a directory of the release root. It loses its name first: a kill half way must not leave a
 * part of a release under the name of a whole one.
 */
export function removeRelease({ context, trees }: StoreDoors, declaration: Declaration, name: string): void {
  const root = releaseRoot(declaration);
  const removing = root.release(privateName('removing', context.randomBytes));
  trees.renameDirectory(root.release(name), removing);
  trees.removeTree(removing);
}
