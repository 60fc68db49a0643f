import { basename, dirname, join } from 'node:path';
import type { Files } from '../../core/files.ts';

const deepest = 16;

/**
 * The text of an ssh_config(5) file with the files of its Include lines in their place: relative
 * to `~/.ssh`, wildcards in the last part of the path, in lexical order. An Include inside of a
 * Host or Match block holds for that block only; it stays as it is, for `openssh-config` to report.
 */
export function readWithIncludes(files: Pick<Files, 'read' | 'stat' | 'list'>, path: string, home: string): string {
  return expand(path, 0);

  function expand(file: string, depth: number): string {
    if (depth > deepest || files.stat(file) === null) return '';
    let inBlock = false;
    return new TextDecoder()
      .decode(files.read(file))
      .split(/\r?\n/)
      .map((line) => {
        if (/^\s*(host|match)[\s=]/i.test(line)) inBlock = true;
        const patterns = /^\s*include[\s=]+(.+?)\s*$/i.exec(line)?.[1];
        if (patterns === undefined || inBlock) return line;
        const included = patterns.split(/\s+/).flatMap((pattern) => glob(pattern.replaceAll('"', '')));
        // what an included file leaves open must not swallow the lines that follow
        return [...included.map((one) => expand(one, depth + 1)), 'Host *'].join('\n');
      })
      .join('\n');
  }

  function glob(pattern: string): readonly string[] {
    const from = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : join(resolved(pattern), '.');
    const name = basename(from);
    if (!/[*?]/.test(name)) return [from];
    const source = name
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return files
      .list(dirname(from))
      .filter((one) => new RegExp(`^${source}$`).test(one) && (!one.startsWith('.') || name.startsWith('.')))
      .map((one) => join(dirname(from), one));
  }

  function resolved(pattern: string): string {
    return pattern.startsWith('/') ? pattern : join(home, '.ssh', pattern);
  }
}
