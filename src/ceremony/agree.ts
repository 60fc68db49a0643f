import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Answers } from './answers.ts';

/** Both agreed to a step: what each of them typed. */
export interface Agreement {
  readonly operator: string;
  readonly witness: string;
  /** Whether they typed it, or a file of answers did: for rehearsals. */
  readonly by: 'typed' | 'file';
  /** RFC 3339, UTC. */
  readonly at: string;
}

const attempts = 3;

/** `Ann van Example` → `AVE`. */
export function initialsOf(name: string): string {
  return name
    .split(/[\s-]+/)
    .map((part) => [...part][0] ?? '')
    .join('')
    .toUpperCase();
}

/**
 * Asks both for their initials; `given` answers for them. Throws CEREMONY_NOT_AGREED when they are
 * not those of the name, or `no` was typed; INTERRUPTED, USAGE_NO_TERMINAL.
 */
export async function agree(
  context: Context,
  { operator, witness }: Pick<Answers, 'operator' | 'witness'>,
  given: Answers['initials'],
  title: string,
): Promise<Agreement> {
  const typed = {
    operator: await initialsFrom(context, operator, 'operator', given?.operator, title),
    witness: await initialsFrom(context, witness, 'witness', given?.witness, title),
  };
  return { ...typed, by: given === undefined ? 'typed' : 'file', at: context.clock.now().toISOString() };
}

async function initialsFrom(
  context: Context,
  name: string,
  role: string,
  given: string | undefined,
  title: string,
): Promise<string> {
  const expected = initialsOf(name);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const message = `${title}: ${role} ${name}, do you agree? Type your initials (${expected}), or "no"`;
    const typed = given ?? (await ask(context, message, title));
    if (typed.trim().toUpperCase() === expected) return expected;
    if (given !== undefined || typed.trim().toLowerCase() === 'no') break;
  }
  throw new ValopsError('CEREMONY_NOT_AGREED', `${role} ${name} did not agree to "${title}"`, {
    hint: 'What was done stays as it is. Clear it up, then: valops ceremony --resume',
  });
}

/** The prompt says that nothing was done, which is not so in the middle of a ceremony. */
async function ask(context: Context, message: string, title: string): Promise<string> {
  try {
    return await context.prompt.text({ message, flag: '--answers FILE, with "initials"' });
  } catch (cause) {
    if (!(cause instanceof ValopsError) || cause.code !== 'INTERRUPTED') throw cause;
    throw new ValopsError('INTERRUPTED', `interrupted before both agreed to "${title}"; what was done stays`, {
      hint: 'valops ceremony --resume',
      cause,
    });
  }
}
