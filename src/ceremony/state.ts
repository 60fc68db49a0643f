import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { decodeJson, encodeJson, wrongMembers } from '../lib/json-document.ts';
import type { Agreement } from './agree.ts';
import type { Answers } from './answers.ts';
import type { Evidence } from './evidence.ts';
import type { Assertion } from './surroundings.ts';

/** A step that was done and agreed to. */
export interface DoneStep extends Evidence {
  readonly id: string;
  readonly title: string;
  /** RFC 3339, UTC. */
  readonly doneAt: string;
  readonly agreed: Agreement;
}

/** One run of the command: a ceremony that was cut off has several. */
export interface Sitting {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly host: string;
  readonly user: string;
  readonly tool: string;
  readonly surroundings: readonly Assertion[];
}

/** A ceremony as it stands. It holds no secret: keys are named by their files and fingerprints. */
export interface CeremonyState {
  readonly schema: 'valops/ceremony-state/1';
  readonly id: string;
  readonly startedAt: string;
  readonly answers: Omit<Answers, 'initials'>;
  readonly sittings: readonly Sitting[];
  readonly steps: readonly DoneStep[];
  /** Null until the transcript is written and journalled. */
  readonly closedAt: string | null;
}

/** What must be there for a state to be read; the rest was written by this program. */
const shape = z.looseObject({
  schema: z.literal('valops/ceremony-state/1'),
  id: z.string(),
  startedAt: z.string(),
  answers: z.looseObject({ operator: z.string(), witness: z.string(), out: z.string(), work: z.string() }),
  sittings: z.array(z.looseObject({ at: z.string() })),
  steps: z.array(
    z.looseObject({
      id: z.string(),
      title: z.string(),
      doneAt: z.string(),
      lines: z.array(z.array(z.string())),
      files: z.array(z.looseObject({ path: z.string(), sha256: z.string() })),
      agreed: z.looseObject({ operator: z.string(), witness: z.string() }),
    }),
  ),
  closedAt: z.nullable(z.string()),
});

/** Writes a state whole in place of the one before. Throws FILE_UNWRITABLE, FILE_NOT_PROVEN. */
export function saveState(context: Context, state: CeremonyState): void {
  const directory = directoryOf(context);
  context.files.ensureDirectory(context.home.path, { mode: 0o700 });
  context.files.ensureDirectory(directory, { mode: 0o700 });
  const bytes = encodeJson(state);
  context.files.replace(stateFile(context, state.id), bytes, { mode: 0o600 });
}

/**
 * Holds the ceremonies of this home until `work` settles, so that nobody holds one twice at a time; lends the state as
 * it is by then. Throws LOCK_BUSY, CEREMONY_STATE_INVALID and what `work` throws.
 */
export async function holdAlone<T>(
  context: Context,
  begun: CeremonyState,
  work: (now: CeremonyState) => Promise<T>,
): Promise<T> {
  context.files.ensureDirectory(context.home.path, { mode: 0o700 });
  context.files.ensureDirectory(directoryOf(context), { mode: 0o700 });
  const release = context.files.lock(join(directoryOf(context), 'lock'));
  try {
    const path = stateFile(context, begun.id);
    return await work(context.files.stat(path) === null ? begun : readState(context, path));
  } finally {
    release();
  }
}

/** Where the state of a ceremony is. */
export function stateFile(context: Context, id: string): string {
  return join(directoryOf(context), `${id}.json`);
}

/** The ceremonies that are not closed, oldest first. Throws CEREMONY_STATE_INVALID. */
export function unfinished(context: Context): readonly CeremonyState[] {
  const directory = directoryOf(context);
  return context.files
    .list(directory)
    .filter((name) => /^[0-9a-z-]+\.json$/.test(name))
    .map((name) => readState(context, join(directory, name)))
    .filter(({ closedAt }) => closedAt === null);
}

/**
 * The one to go on with: that of `id`, or the only one that is not closed. Throws
 * CEREMONY_UNFINISHED when there are several, USAGE when there is none.
 */
export function stateToResume(context: Context, id: string | undefined): CeremonyState {
  const open = unfinished(context);
  const [first, ...others] = id === undefined ? open : open.filter((one) => one.id === id);
  if (first === undefined) {
    throw new ValopsError(
      'USAGE',
      id === undefined ? 'no ceremony is unfinished' : `no ceremony "${id}" is unfinished`,
      {
        hint: 'Begin one: valops ceremony',
      },
    );
  }
  if (others.length === 0) return first;
  throw new ValopsError('CEREMONY_UNFINISHED', `unfinished are ${open.map((one) => `"${one.id}"`).join(', ')}`, {
    hint: `valops ceremony --resume ${first.id}`,
  });
}

function readState(context: Context, path: string): CeremonyState {
  let value: unknown;
  try {
    value = decodeJson(context.files.read(path, 16 << 20));
  } catch (cause) {
    if (cause instanceof ValopsError) throw cause;
    throw invalid(path, 'not JSON', cause);
  }
  const result = shape.safeParse(value);
  if (result.success) return value as CeremonyState;
  throw invalid(path, wrongMembers(result.error.issues));
}

function invalid(path: string, problem: string, cause?: unknown): ValopsError {
  return new ValopsError('CEREMONY_STATE_INVALID', `"${path}" is not the state of a ceremony: ${problem}`, {
    hint: 'Move it aside, keep it as evidence, and begin a new ceremony with new directories.',
    cause,
  });
}

function directoryOf(context: Context): string {
  return join(context.home.path, 'ceremony');
}
