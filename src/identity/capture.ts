import { ValopsError } from '../lib/errors.ts';

/** The longest text a pattern may capture, in UTF-16 units. */
const longest = 64 * 1024;

/**
 * Compiles an operator's pattern (ECMAScript, `^` and `$` match at line ends) which must capture in
 * its first group. `flag` names the option in errors. Throws USAGE.
 */
export function compilePattern(pattern: string, flag: string): RegExp {
  let compiled: RegExp;
  let groups: number;
  try {
    compiled = new RegExp(pattern, 'gm');
    // Matches nothing as well, so it always answers with one entry for each group.
    groups = (new RegExp(`${pattern}|`).exec('')?.length ?? 1) - 1;
  } catch (error) {
    throw new ValopsError('USAGE', `the value of ${flag} is not a regular expression`, {
      hint: `Give ${flag} an ECMAScript regular expression in single quotes.`,
      cause: error,
    });
  }
  if (groups < 1) {
    throw new ValopsError('USAGE', `the value of ${flag} has no group`, {
      hint: `Put parentheses around the part to capture: ${flag} 'secret: ([0-9a-f]{64})'.`,
    });
  }
  return compiled;
}

/**
 * What the first group captures in `texts`, when that is the same text in every match. Otherwise
 * throws IDENTITY_GENERATOR_FAILED, which says how many different texts there were but not which;
 * `what` names the thing sought.
 */
export function captureOne(texts: readonly string[], pattern: RegExp, what: string): string {
  const found = new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')));
  const [captured, another] = found;
  if (captured === undefined) throw failed(`the pattern of the ${what} matches nothing in the generator's output`);
  if (another !== undefined) throw failed(`the pattern of the ${what} captures ${found.size} different texts`);
  if (captured === '') throw failed(`the pattern of the ${what} captures nothing`);
  if (captured.length > longest) throw failed(`the pattern of the ${what} captures ${captured.length} characters`);
  // Decoding replaced bytes which are not UTF-8: what was captured is not what was printed.
  if (captured.includes('\ufffd')) throw failed(`the ${what} in the generator's output is not UTF-8 text`);
  return captured;
}

function failed(message: string): ValopsError {
  return new ValopsError('IDENTITY_GENERATOR_FAILED', message, {
    hint: 'Try the pattern on the output of a throw-away key, for example with grep -P.',
  });
}
