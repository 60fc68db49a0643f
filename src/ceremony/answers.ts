import { resolve } from 'node:path';
import * as z from 'zod/mini';
import { ValopsError } from '../lib/errors.ts';

const word = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'expected up to 32 letters, digits, . _ -'));
const path = z.string().check(z.minLength(1));
const person = z.string().check(z.regex(/^\p{L}[\p{L}\p{M} .'-]{1,60}$/u, 'expected a name of letters'));

const key = z.strictObject({
  name: word,
  /** Public half only: a recipient, or a file of one. The key is at another place. */
  recipient: z.optional(path),
  /** A private key that is here. With neither, the key is made in the ceremony, in `work`. */
  key: z.optional(path),
});

const identity = z.strictObject({
  kind: word,
  name: word,
  count: z._default(z.int().check(z.gte(1), z.lte(99)), 1),
  /** Options of the kind, by camel-cased flag. */
  options: z._default(z.record(z.string(), z.union([z.string(), z.boolean()])), {}),
});

const escrow = z.strictObject({
  /** Name of the key that is split. */
  key: word,
  threshold: z.int().check(z.gte(2)),
  /** `NAME=RECIPIENT`, or `NAME` where `paper` is given. */
  trustees: z.array(z.string()).check(z.minLength(2)),
  paper: z.optional(path),
  /** Private keys of trustees who are present, to open their shares at once. */
  openWith: z._default(z.array(path), []),
});

const answers = z.strictObject({
  operator: person,
  witness: person,
  /** Directory on the medium that goes out. */
  out: path,
  /** Directory in memory for keys that are made. */
  work: path,
  /** Files on the medium that came in. */
  media: z._default(z.array(path), []),
  /** SHA-256 of this program, from a print. */
  program: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/, 'expected 64 lowercase hex digits'))),
  keys: z.array(key).check(z.minLength(2, 'expected at least two keys')),
  identities: z.array(identity).check(z.minLength(1, 'expected at least one identity')),
  escrow: z.nullable(escrow),
  /** Agreement to every step that holds, for rehearsals: it replaces typing. */
  initials: z.optional(z.strictObject({ operator: z.string(), witness: z.string() })),
});

/** Everything that is decided before a ceremony. No member is secret: keys are named, not given. */
export type Answers = z.infer<typeof answers>;

/** Answers as far as a file gives them. */
export type GivenAnswers = { readonly [Name in keyof Answers]?: unknown };

/**
 * Judges answers, from a file or from the terminal. Paths become absolute, relative ones below `base`:
 * a ceremony may be resumed from another directory. Throws CEREMONY_ANSWERS_INVALID with all faults.
 */
export function parseAnswers(value: unknown, name: string, base: string): Answers {
  const result = answers.safeParse(value);
  const faults = result.success ? clashes(result.data) : result.error.issues.map(describe);
  if (result.success && faults.length === 0) return absolute(result.data, base);
  throw new ValopsError(
    'CEREMONY_ANSWERS_INVALID',
    `"${name}" does not answer what a ceremony asks: ${faults.join('; ')}`,
    {
      hint: 'runbooks/hold-a-ceremony.md shows a whole file of answers.',
    },
  );
}

function absolute(given: Answers, base: string): Answers {
  const at = (path: string): string => resolve(base, path);
  return {
    ...given,
    out: at(given.out),
    work: at(given.work),
    media: given.media.map(at),
    keys: given.keys.map(({ name, key, recipient }) => ({
      name,
      ...(key === undefined ? {} : { key: at(key) }),
      ...(recipient === undefined ? {} : { recipient: isRecipient(recipient) ? recipient : at(recipient) }),
    })),
    escrow:
      given.escrow === null
        ? null
        : {
            ...given.escrow,
            ...(given.escrow.paper === undefined ? {} : { paper: at(given.escrow.paper) }),
            openWith: given.escrow.openWith.map(at),
          },
  };
}

/** Whether a text is a recipient itself; otherwise it names a file of one. */
export function isRecipient(text: string): boolean {
  return /^(age1|ssh-)/.test(text);
}

function describe({ path, message, code, ...issue }: z.core.$ZodIssue): string {
  const place = path.map(String).join('.') || 'the document';
  if (code === 'unrecognized_keys' && 'keys' in issue) return `${place}: unknown ${issue.keys.join(', ')}`;
  return `${place}: ${message}`;
}

function clashes({ operator, witness, keys, identities, escrow, out, work }: Answers): readonly string[] {
  const twice = (names: readonly string[]): string | undefined => names.find((name, at) => names.indexOf(name) !== at);
  const key = twice(keys.map(({ name }) => name));
  const identity = twice(identities.map(({ name }) => name));
  const split = escrow === null ? undefined : keys.find(({ name }) => name === escrow.key);
  return [
    ...(operator.toLowerCase() === witness.toLowerCase() ? ['witness: it takes two people'] : []),
    ...keys
      .filter((one) => one.key !== undefined && one.recipient !== undefined)
      .map(({ name }) => `keys: "${name}" has key and recipient, expected one of them`),
    ...(key === undefined ? [] : [`keys: "${key}" is there twice`]),
    ...(identity === undefined ? [] : [`identities: "${identity}" is there twice`]),
    ...identities
      .filter(({ name }) => name === 'escrow')
      .map(() => 'identities: "escrow" is the name of the directory of shares'),
    ...(out === work ? ['work: it is the same directory as out'] : []),
    ...(escrow !== null && split === undefined ? [`escrow.key: there is no key "${escrow.key}"`] : []),
    ...(split?.recipient === undefined ? [] : [`escrow.key: the private half of "${split.name}" is not here`]),
  ];
}
