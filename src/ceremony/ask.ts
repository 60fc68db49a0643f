import type { Context } from '../core/context.ts';
import { splitWords } from '../lib/argv.ts';
import type { GivenAnswers } from './answers.ts';

/** Questions in the order in which they are asked, and how what is typed is read. */
const questions: readonly {
  readonly name: keyof GivenAnswers;
  readonly message: string;
  readonly read: (text: string) => unknown;
}[] = [
  { name: 'operator', message: 'Name of the operator, who types', read: (text) => text },
  { name: 'witness', message: 'Name of the witness, who reads along', read: (text) => text },
  { name: 'out', message: 'Directory for what goes out, on its medium', read: (text) => text },
  {
    name: 'work',
    message: 'Directory in memory for keys made here, for example /dev/shm/ceremony',
    read: (text) => text,
  },
  { name: 'media', message: 'Files on the medium that came in, separated by spaces (may be empty)', read: words },
  {
    name: 'keys',
    message:
      'Keys: NAME (made now), NAME=KEYFILE (here), NAME=RECIPIENT or NAME=FILE.pub (elsewhere), separated by spaces',
    read: (text) => words(text).map(readKey),
  },
  {
    name: 'identities',
    message: 'Identities: KIND=NAME, or KIND=NAME*COUNT, separated by spaces',
    read: (text) => words(text).map(readIdentity),
  },
  {
    name: 'escrow',
    message: 'Escrow: KEY THRESHOLD TRUSTEE=RECIPIENT… (empty for none)',
    read(text) {
      const [key, threshold, ...trustees] = words(text);
      return key === undefined ? null : { key, threshold: Number(threshold), trustees };
    },
  },
];

/** Asks on the terminal for the answers that are not given. Throws USAGE_NO_TERMINAL, USAGE, INTERRUPTED. */
export async function askAnswers(context: Context, given: GivenAnswers): Promise<unknown> {
  const asked = new Map<string, unknown>();
  for (const { name, message, read } of questions) {
    if (given[name] !== undefined) continue;
    const text = (await context.prompt.text({ message, flag: `--answers FILE, with "${name}"` })).trim();
    asked.set(name, read(text));
  }
  return { ...given, ...Object.fromEntries(asked) };
}

function words(text: string): readonly string[] {
  return text === '' ? [] : splitWords(text);
}

function readKey(word: string): unknown {
  const equals = word.indexOf('=');
  if (equals === -1) return { name: word };
  const [name, value] = [word.slice(0, equals), word.slice(equals + 1)];
  return /^(age1|ssh-)|\.(pub|txt)$/.test(value) ? { name, recipient: value } : { name, key: value };
}

function readIdentity(word: string): unknown {
  const [kind = '', rest = ''] = word.split('=', 2);
  const [name = '', count] = rest.split('*', 2);
  return { kind, name, ...(count === undefined ? {} : { count: Number(count) }) };
}
