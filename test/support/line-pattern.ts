/** Values captured so far in a scenario, by name. */
export type Captures = Map<string, string>;

/** Replaces `{{name}}` by what was captured under that name. Throws for an unknown name. */
export function fillIn(text: string, captures: Captures): string {
  return text.replaceAll(/\{\{([a-z]\w*)\}\}/g, (_, name: string) => {
    const value = captures.get(name);
    if (value === undefined) throw new Error(`"{{${name}}}" was not captured before`);
    return value;
  });
}

/**
 * Compares lines with patterns: `...` alone stands for any number of lines, `[..]` for anything
 * within one, `{{name:REGEX}}` captures. Answers undefined when they match, else the first
 * pattern that found no line, or the first line that no pattern expected.
 */
export function mismatch(patterns: readonly string[], text: string, captures: Captures): string | undefined {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  let at = 0;
  let skipping = false;
  for (const pattern of patterns) {
    if (pattern === '...') {
      skipping = true;
      continue;
    }
    const compiled = compile(fillIn(pattern, captures));
    const found = lines.findIndex(
      (line, index) => (skipping ? index >= at : index === at) && compiled.regex.test(line),
    );
    if (found < 0) return `expected "${pattern}"`;
    const values = compiled.regex.exec(lines[found] ?? '') ?? [];
    for (const [index, name] of compiled.names.entries()) captures.set(name, values[index + 1] ?? '');
    at = found + 1;
    skipping = false;
  }
  return skipping || at === lines.length ? undefined : `did not expect "${lines[at]}"`;
}

function compile(pattern: string): { readonly regex: RegExp; readonly names: readonly string[] } {
  const names: string[] = [];
  const parts = pattern.split(/(\[\.\.\]|\{\{[a-z]\w*:.+?\}\}(?!\}))/);
  const source = parts.map((part) => {
    if (part === '[..]') return '.*';
    const capture = /^\{\{([a-z]\w*):(.+)\}\}$/.exec(part);
    if (capture === null) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    names.push(capture[1] ?? '');
    return `(${capture[2]})`;
  });
  return { regex: new RegExp(`^${source.join('')}$`), names };
}
