import { join } from 'node:path';
import { ValopsError } from '../lib/errors.ts';
import { binLinks } from './bin-links.ts';
import type { Declaration } from './declaration.ts';
import type { ReleaseProblem } from './judge-release.ts';
import type { ReleaseRecord } from './release.ts';
import type { StoreDoors } from './safe-prefix.ts';

/** A link that is not as the active release needs it; `path` is relative to the prefix. */
export type LinkProblem = ReleaseProblem & { readonly problem: 'missing' | 'type' | 'link' | 'unreadable' };

/** Compares the links in `<prefix>/bin` with the programs of the active release. */
export function linkProblems(
  { trees }: StoreDoors,
  declaration: Declaration,
  files: ReleaseRecord['files'],
): readonly LinkProblem[] {
  return [...binLinks(declaration, files)].flatMap(([name, expected]): readonly LinkProblem[] => {
    const path = join('bin', name);
    try {
      const found = trees.readLink(join(declaration.prefix, path));
      if (found === expected) return [];
      return [{ path, problem: found === null ? 'missing' : 'link', expected, found: found ?? 'nothing' }];
    } catch (error) {
      if (!(error instanceof ValopsError)) throw error;
      const problem = error.code === 'FILE_EXISTS' ? 'type' : 'unreadable';
      return [{ path, problem, expected: `link to ${expected}`, found: error.message }];
    }
  });
}
