import type { GuardedPath } from '../facts/root-only.ts';

/** What is weak about a path, in words: `0777 ops:ops /opt/run`, at most three. */
export function weaknessOf({ weak }: Pick<GuardedPath, 'weak'>): string {
  return weak
    .slice(0, 3)
    .map(({ path, mode, owner, group }) => `${mode} ${owner}:${group} ${path}`)
    .join('; ');
}
