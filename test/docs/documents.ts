import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** A fenced block. `info` are the words after the fence, `line` counts from 1. */
export interface Block {
  readonly line: number;
  readonly info: readonly string[];
  readonly text: string;
}

/** A Markdown document of the project. `path` is relative to the repository. */
export interface Document {
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The text with every fenced block blanked, line numbers kept. */
  readonly prose: string;
}

/** Reads one document. A block inside a list item loses the indent of its fence. */
export function readDocument(path: string): Document {
  const text = readFileSync(join(repository, path), 'utf8');
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open:
    { readonly indent: number; readonly info: string; readonly line: number; readonly lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^( *)```(.*)$/.exec(line);
    if (open === undefined && fence !== null) {
      open = { indent: fence[1]?.length ?? 0, info: fence[2] ?? '', line: index + 1, lines: [] };
    } else if (open !== undefined && fence !== null) {
      blocks.push({ line: open.line, info: open.info.split(' '), text: `${open.lines.join('\n')}\n` });
      open = undefined;
    } else {
      open?.lines.push(line.slice(Math.min(open.indent, line.search(/\S|$/))));
    }
    prose.push(open === undefined && fence === null ? line : '');
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: the block is not closed`);
  return { path, text, blocks, prose: prose.join('\n') };
}

/** Every document for readers: those at the top and the runbooks. */
export function allDocuments(): readonly Document[] {
  const markdown = (directory: string): string[] =>
    existsSync(join(repository, directory))
      ? readdirSync(join(repository, directory)).filter((name) => name.endsWith('.md'))
      : [];
  return [...markdown('.'), ...markdown('runbooks').map((name) => `runbooks/${name}`)].map(readDocument);
}

/** The text of every source file below a directory of the project. */
export function sourcesBelow(directory: string): readonly string[] {
  return readdirSync(join(repository, directory)).flatMap((name) => {
    const path = `${directory}/${name}`;
    if (statSync(join(repository, path)).isDirectory()) return sourcesBelow(path);
    return name.endsWith('.ts') ? [readFileSync(join(repository, path), 'utf8')] : [];
  });
}
