import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export interface Import {
  /** Importing file, relative to the project. */
  readonly from: string;
  /** Imported file relative to the project, or the package or builtin as written. */
  readonly to: string;
  readonly external: boolean;
}

/** Every TypeScript file below a folder of the project, relative to it. */
export function sources(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
}

const statement =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

/** The imports of a source file: static, type-only and dynamic alike. */
export function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(statement)].map((match): Import => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const external = !specifier.startsWith('.');
    return { from: file, to: external ? specifier : relative(root, join(root, dirname(file), specifier)), external };
  });
}

/** `src/age/engine.ts` → `age`. */
export function folderOf(file: string): string {
  return file.split('/')[1] ?? '';
}
