import { Lexer } from './yaml.ts';

/**
 * How deep a YAML text may be nested at most, from its tokens alone: brackets that are open, and
 * indentations that are open, where `- ` and `? ` indent what follows on their line.
 */
export function nestingDepth(text: string): number {
  const indents: number[] = [];
  let deepest = 0;
  let flow = 0;
  let column = 0;
  let leading = true;
  for (const token of new Lexer().lex(text)) {
    if (isMarker(token)) continue;
    if (token === '[' || token === '{') flow++;
    if (token === ']' || token === '}') flow--;
    const lines = token.split('\n');
    if (leading && token.trim() !== '') {
      while ((indents.at(-1) ?? -1) >= column) indents.pop();
      indents.push(column);
      leading = token === '-' || token === '?' || token === ':';
    }
    column = (lines.length > 1 ? 0 : column) + (lines.at(-1)?.length ?? 0);
    if (token.endsWith('\n')) leading = true;
    deepest = Math.max(deepest, indents.length + flow);
  }
  return deepest;
}

/** The lexer says with single control characters what the next token is. */
function isMarker(token: string): boolean {
  return token === '\u0002' || token === '\u0018' || token === '\u001f' || token === '\ufeff';
}
