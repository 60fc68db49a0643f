import { createTwoFilesPatch } from 'diff';

/**
 * Unified diff of two texts of one file with three lines of context; a text that is not there is
 * null. Empty when both are the same.
 */
export function unifiedDiff(path: string, before: string | null, after: string | null): string {
  if (before === after) return '';
  const [from, to] = [before === null ? '/dev/null' : path, after === null ? '/dev/null' : path];
  const patch = createTwoFilesPatch(from, to, before ?? '', after ?? '', undefined, undefined, { context: 3 });
  return patch.replace(/^(Index: .*\n)?=+\n/, '');
}
