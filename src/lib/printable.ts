const escape = String.fromCodePoint(0x1b);
/** What chalk writes for colours and emphasis (ECMA-48, SGR). */
const markup = new RegExp(`${escape}\\[[0-9;]{1,12}m`, 'gu');

/**
 * Text for a terminal in which nothing can move the cursor, hide lines or reverse their order: what
 * hosts and files say is shown, never obeyed. Line ends and our own markup stay; every other
 * control and direction character becomes `\u{…}`.
 */
export function printable(text: string): string {
  let shown = '';
  let at = 0;
  for (const match of text.matchAll(markup)) {
    shown += escaped(text.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return shown + escaped(text.slice(at));
}

function escaped(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
