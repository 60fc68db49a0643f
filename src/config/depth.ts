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
    if (token === '[' || token === '{') flow++;
    if (token === ']' || token === '}') flow--;
    if (token === '\n' || token === '\r\n') {
      column = 0;
      leading = true;
      continue;
    }
    const blank = /^[ \t]+$/.test(token);
    if (leading && !blank) {
      while ((indents.at(-1) ?? -1) >= column && indents.length > 0) indents.pop();
      indents.push(column);
      leading = token === '-' || token === '?' || token === ':';
    }
    if (!isMarker(token)) column += token.length;
    deepest = Math.max(deepest, indents.length + flow);
  }
  return deepest;
}

/** The lexer says with single control characters what the next token is. */
function isMarker(token: string): boolean {
  return token === '\u0002' || token === '\u0018' || token === '\u001f' || token === '\ufeff';
}
