/** One line of sshd's configuration that sets something. */
export interface SshdDirective {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** In lower case; never `include` and never `match`. */
  readonly keyword: string;
  readonly arguments: readonly string[];
  /** Conditions it stands under, outermost first, each as written after `Match`; all must hold. */
  readonly match: readonly string[];
}

/** What the reader needs of the host's files. */
export interface SshdSources {
  /** Contents of a file. Undefined: it was not seen. */
  readonly text: (path: string) => string | undefined;
  /** Paths a pattern of `Include` stands for, in order. Undefined: it was not expanded. */
  readonly expand: (pattern: string) => readonly string[] | undefined;
}

/**
 * The directive which decides a keyword that takes one value: the first under Match conditions that
 * all hold, else the first outside of any Match block (sshd_config(5), "Match"). Undefined: none
 * does, and sshd's default counts.
 */
export function decidingDirective(
  directives: readonly SshdDirective[],
  keyword: string,
  holds: (match: readonly string[]) => boolean,
): SshdDirective | undefined {
  const candidates = directives.filter((one) => one.keyword === keyword);
  return (
    candidates.find(({ match }) => match.length > 0 && holds(match)) ??
    candidates.find(({ match }) => match.length === 0)
  );
}

/** As SERVCONF_MAX_DEPTH in OpenSSH's servconf.c. */
const maxDepth = 16;

/**
 * All directives in the order in which sshd reads them, included files in place. A Match block ends
 * with its file. Throws an Error for a file that was not seen and for includes nested too deeply.
 */
export function readSshdConfig(main: string, sources: SshdSources): readonly SshdDirective[] {
  return readFile(main, sources, [], 0);
}

function readFile(file: string, sources: SshdSources, within: readonly string[], depth: number): SshdDirective[] {
  const text = sources.text(file);
  if (text === undefined) throw new Error(`"${file}" could not be read`);
  if (depth > maxDepth) throw new Error(`"${file}": includes are nested deeper than ${maxDepth}`);
  let match = within;
  return text.split('\n').flatMap((source, index): SshdDirective[] => {
    const words = splitLine(source);
    const [first, ...given] = words;
    if (first === undefined) return [];
    const keyword = first.toLowerCase();
    if (keyword === 'match') {
      match = [...within, given.join(' ')];
      return [];
    }
    if (keyword !== 'include') return [{ file, line: index + 1, keyword, arguments: given, match }];
    return given.flatMap((pattern) => {
      const paths = sources.expand(pattern);
      if (paths === undefined) throw new Error(`"Include ${pattern}" in "${file}" line ${index + 1} was not followed`);
      return paths.flatMap((path) => readFile(path, sources, match, depth + 1));
    });
  });
}

/**
 * Words of a line: the keyword may be followed by `=`; single and double quotes group, a backslash
 * escapes a quote, a blank or itself, a word that begins with `#` ends the line.
 */
function splitLine(line: string): readonly string[] {
  const keyword = /^\s*("?)([^\s="#]+)\1\s*=?\s*/.exec(line);
  if (keyword === null) return [];
  const words: string[] = [keyword[2] ?? ''];
  let word: string | undefined;
  let quote = '';
  for (let at = keyword[0].length; at < line.length; at++) {
    const char = line.charAt(at);
    const next = line.charAt(at + 1);
    if (char === '\\' && (/["'\\]/.test(next) || (quote === '' && next === ' '))) {
      word = (word ?? '') + next;
      at++;
    } else if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === '#' && word === undefined) {
      break;
    } else {
      word = (word ?? '') + char;
    }
  }
  return word === undefined ? words : [...words, word];
}
