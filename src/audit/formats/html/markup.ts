declare const safe: unique symbol;

/** A piece of HTML in which every text is text: only `html` and `trusted` make one. */
export interface Markup {
  readonly text: string;
  readonly [safe]: true;
}

/** What may stand in a template of `html`: a string is escaped, null and undefined are nothing. */
export type Part = Markup | string | number | null | undefined | readonly Part[];

/**
 * HTML from a template. Values may stand between tags and inside double-quoted attributes, nowhere
 * else: they are escaped for both (HTML, 13.1.2.3 and 13.1.4), whatever a host wrote.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return trusted(strings.map((text, index) => text + written(values[index])).join(''));
}

/** Markup that is ours to the last character: a style sheet, a script, numbers of a drawing. */
export function trusted(text: string): Markup {
  return { text } as Markup;
}

function written(part: Part): string {
  if (part === null || part === undefined) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return 'text' in part ? part.text : part.map(written).join('');
}

const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control characters, which parsers change or refuse, are shown as `\u{…}`. */
function escaped(text: string): string {
  return text
    .replaceAll(/(?!\n)[\p{Cc}\p{Cs}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll(/[&<>"']/g, (character) => names[character] ?? '');
}
