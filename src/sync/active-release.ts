import { ValopsError } from '../lib/errors.ts';
import type { Declaration } from './declaration.ts';
import { releaseRoot } from './release-root.ts';
import type { StoreDoors } from './safe-prefix.ts';

/** Where `current` leads: the target as written; null without the link or when it is none. */
export function activeRelease({ trees }: StoreDoors, declaration: Declaration): string | null {
  try {
    return trees.readLink(releaseRoot(declaration).current);
  } catch (error) {
    if (error instanceof ValopsError && error.code === 'FILE_EXISTS') return null;
    throw error;
  }
}
