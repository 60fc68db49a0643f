import type { SshdFiles } from '../facts/ssh/files.ts';
import { dropInPath } from './own-files.ts';

/**
 * Why our file would not be read before everything that sets one of the keywords (lower case);
 * null when it would. Only an Include outside of Match blocks counts.
 */
export function whyReadTooLate({ main, files, directives }: SshdFiles, keywords: ReadonlySet<string>): string | null {
  const text = files.find(({ path }) => path === main)?.text ?? '';
  const lines = text.split('\n').map((line, index) => ({ line: index + 1, words: line.trim().split(/[\s=]+/) }));
  const includes = lines
    .filter(({ words }) => words[0]?.toLowerCase() === 'include')
    .map(({ line, words }) => ({ line, patterns: words.slice(1).map((word) => patternOf(word.replaceAll('"', ''))) }));
  const ours = includes.find(({ patterns }) => patterns.some((pattern) => pattern.test(dropInPath)));
  if (ours === undefined) return `"${main}" does not include it`;
  const match = lines.find(({ words, line }) => words[0]?.toLowerCase() === 'match' && line < ours.line);
  if (match !== undefined) return `"${main}" includes it in line ${ours.line}, after the Match of line ${match.line}`;
  const isRead = (path: string): boolean =>
    includes.some(({ line, patterns }) => line < ours.line && patterns.some((pattern) => pattern.test(path))) ||
    (path < dropInPath && ours.patterns.some((pattern) => pattern.test(path)));
  const early = directives.find(
    ({ file, line, keyword, match: conditions }) =>
      (keywords.has(keyword) || conditions.length > 0) &&
      file !== dropInPath &&
      (file === main ? line < ours.line : isRead(file)),
  );
  return early === undefined ? null : `"${early.file}" sets ${early.keyword} in line ${early.line} before it is read`;
}

/** glob(7) as far as Include patterns use it; relative ones are below /etc/ssh. */
function patternOf(word: string): RegExp {
  const absolute = word.startsWith('/') ? word : `/etc/ssh/${word}`;
  const source = absolute
    .replaceAll(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return /^$/;
  }
}
