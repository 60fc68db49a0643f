/**
 * The simple commands of a shell script as words, enough for what documents show: quotes,
 * continuation lines, comments, pipes, lists, redirections, assignments in front, and commands in
 * `$(…)`, which are listed as well. Expansions stay as they are written.
 */
export function simpleCommands(script: string): readonly (readonly string[])[] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  const text = script.replaceAll('\\\n', ' ').replaceAll(/^\$ /gm, '');

  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    const command = strip(words);
    if (command.length > 0) commands.push(command);
    words = [];
  };

  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "'") {
      const end = text.indexOf("'", at + 1);
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (char === '"') {
      let end = at + 1;
      while (end < text.length && text.charAt(end) !== '"') {
        if (text.startsWith('$(', end)) end = closing(text, end + 1);
        end += text.charAt(end) === '\\' ? 2 : 1;
      }
      const quoted = text.slice(at + 1, end);
      commands.push(...substitutions(quoted));
      word = (word ?? '') + quoted;
      at = end;
    } else if (text.startsWith('$(', at)) {
      const end = closing(text, at + 1);
      commands.push(...substitutions(text.slice(at, end + 1)));
      word = (word ?? '') + text.slice(at, end + 1);
      at = end;
    } else if (char === '#' && word === undefined) {
      at = (text.indexOf('\n', at) + text.length) % text.length;
      endCommand();
    } else if (/[<>]/.test(char)) {
      if (word === undefined || !/^\d+$/.test(word)) endWord();
      word = undefined;
      const target = /^(?:[<>&|]*)[ \t]*(?:"[^"]*"|'[^']*'|[^\s|;&()]+)?/.exec(text.slice(at))?.[0] ?? char;
      at += target.length - 1;
    } else if (/[\n|;&(){}]/.test(char) && !(word !== undefined && /[{}]/.test(char)) && !isBraceWord(text, at)) {
      endCommand();
    } else if (/\s/.test(char)) {
      endWord();
    } else {
      word = (word ?? '') + char;
    }
  }
  endCommand();
  return commands;
}

/** `{dir}` and `${name}` are parts of words, `{` alone opens a group. */
function isBraceWord(text: string, at: number): boolean {
  return text.charAt(at) === '{' && /^\{[^\s]/.test(text.slice(at));
}

function substitutions(text: string): readonly string[][] {
  const found: string[][] = [];
  for (let at = text.indexOf('$('); at >= 0; at = text.indexOf('$(', at + 2)) {
    found.push(...simpleCommands(text.slice(at + 2, closing(text, at + 1))).map((command) => [...command]));
  }
  return found;
}

/** Index of the parenthesis that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text.charAt(at) === '(') depth += 1;
    if (text.charAt(at) === ')' && --depth === 0) return at;
  }
  throw new Error(`unclosed $( in: ${text}`);
}

const prefixes = new Set(['sudo', 'exec', 'time', 'env', 'do', 'then', 'else', 'if', '!', 'while']);

/** Without assignments, words of the shell's grammar and wrappers such as `unshare … --`. */
function strip(words: readonly string[]): string[] {
  let rest = [...words];
  for (;;) {
    const [first] = rest;
    if (first === undefined) return rest;
    if (first === 'unshare') rest = rest.slice(Math.max(rest.indexOf('--'), rest.indexOf('valops') - 1) + 1);
    else if (prefixes.has(first) || /^[A-Za-z_]\w*=/.test(first)) rest = rest.slice(1);
    else return rest;
  }
}
