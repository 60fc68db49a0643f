import { isAbsolute, join } from 'node:path';
import type { Context } from '../core/context.ts';

/**
 * The existing paths which a pattern names, sorted: a path below `base`, or an absolute one, in
 * which `*` stands for any characters within a name. A leading dot is matched too.
 */
export function matching(context: Context, base: string, pattern: string): readonly string[] {
  const names = pattern.split('/').filter((name) => name !== '' && name !== '.');
  let found: readonly string[] = [isAbsolute(pattern) ? '/' : base];
  for (const name of names) {
    found = found.flatMap((directory) => {
      if (!name.includes('*')) return [join(directory, name)];
      // what is no directory has no names below it
      if (context.files.stat(directory)?.type === 'file') return [];
      return context.files
        .list(directory)
        .filter((one) => fits(one, name))
        .map((one) => join(directory, one));
    });
  }
  return found.filter((path) => context.files.stat(path) !== null);
}

function fits(name: string, pattern: string): boolean {
  const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return new RegExp(`^${pattern.split('*').map(literal).join('[^]*')}$`).test(name);
}
