import { ValopsError } from '../lib/errors.ts';
import type { Options } from './command.ts';

/** Collects an option that may be given several times: commander's `argParser`, with a default of `[]` unless it is required. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** Parses a whole number of at least `least`, for options of commander. Throws USAGE. */
export function wholeNumber(name: string, least: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^[0-9]+$/.test(value) && Number.isSafeInteger(number) && number >= least) return number;
    throw new ValopsError('USAGE', `${name} is "${value}", expected a whole number of at least ${least}`, {
      hint: `Give ${name} a number.`,
    });
  };
}

/** Parses permission bits as chmod(1) takes them in octal, for example `0640`. Throws USAGE. */
export function octalMode(value: string): number {
  if (/^[0-7]{3,4}$/.test(value)) return Number.parseInt(value, 8);
  throw new ValopsError('USAGE', `--mode is "${value}", expected octal permission bits`, {
    hint: 'For example --mode 0600.',
  });
}

/** Typed access to the options of an invocation; a missing option is undefined, false or []. */
export function read(options: Options): {
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  number(name: string): number | undefined;
  flag(name: string): boolean;
} {
  return {
    text: (name) => (typeof options[name] === 'string' ? options[name] : undefined),
    list: (name) => (Array.isArray(options[name]) ? options[name].map(String) : []),
    number: (name) => (typeof options[name] === 'number' ? options[name] : undefined),
    flag: (name) => options[name] === true,
  };
}

/** `--json` and a stream cannot share standard output. Throws USAGE. */
export function requireFileForJson(json: boolean, output: string | undefined): void {
  if (!json || (output !== undefined && output !== '-')) return;
  throw new ValopsError('USAGE', '--json prints a document where the output would go', { hint: 'Add -o FILE.' });
}
