import type { JsonObject, JsonValue } from '../lib/canonical-json.ts';
import { readNftText } from './nft-text.ts';

/**
 * The objects of a ruleset without what sets have learnt from packets (flag `dynamic`, nft(8)): who
 * logged in is no part of a ruleset. Elements that somebody wrote into a set stay. `text` is the same
 * ruleset as nft prints it: nft 1.0.6 does not tell the flag in JSON.
 */
export function withoutMemory(objects: readonly JsonObject[], text: string): readonly JsonObject[] {
  const learning = new Set(
    readNftText(text).flatMap(({ name, blocks }) =>
      blocks
        .filter(({ head, lines }) => /^(set|map) /.test(head) && lines.some((line) => /^flags .*dynamic/.test(line)))
        .map(({ head }) => `${name} ${head}`),
    ),
  );
  return objects.map((object) => {
    const [[kind, set] = ['', null]] = Object.entries(object);
    if (!isObject(set) || !learning.has(`${word(set, 'family')} ${word(set, 'table')} ${kind} ${word(set, 'name')}`)) {
      return object;
    }
    return { [kind]: Object.fromEntries(Object.entries(set).filter(([key]) => key !== 'elem')) };
  });
}

/** The same for the text of the ruleset; nft lists elements last in a set, over several lines. */
export function textWithoutMemory(text: string): string {
  return text.replaceAll(/^\t(set|map) [^{]*\{\n(?:\t\t.*\n)*?\t\}$/gm, (block) =>
    /^\t\tflags .*dynamic/m.test(block) ? block.replace(/\n\t\telements = \{[^}]*\}/, '') : block,
  );
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function word(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}
