/**
 * What a host said, as text that cannot move a terminal or break out of a line: control, format and
 * separator characters, lone surrogates and noncharacters (which XML 1.0 forbids) become `\u{…}`.
 * Line ends stay where `lines` allows more than one line. Cut to `limit` characters.
 */
export function plainText(text: string, limit: number, lines = 1): string {
  const shown = text
    .trimEnd()
    .split('\n')
    .map((line) =>
      line.replaceAll(
        /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu,
        (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
      ),
    );
  const kept = lines === 1 ? shown.join('; ') : shown.slice(0, lines).join('\n');
  const characters = [...kept.slice(0, 2 * limit + 2)];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : kept;
}
