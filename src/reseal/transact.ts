import type { Context } from '../core/context.ts';
import type { Draft } from '../core/files.ts';
import type { Digest } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { eachBounded } from './each-bounded.ts';
import { filesAtOnce } from './look.ts';
import {
  readRecord,
  recordDirectory,
  removeRecord,
  writeRecord,
  type Replacement,
  type ResealRecord,
} from './record.ts';
import { switchOver, syncDirectories } from './switch-over.ts';

/** A replacement whose file is staged. */
export interface Made {
  readonly staged: string;
  readonly before: Digest | null;
  readonly after: Digest;
  readonly draft: Draft;
}

/** A piece of a transaction: files that are staged one after the other. */
export interface Part {
  /** What it will replace; `before` and `after` are not known yet. */
  readonly replacements: readonly Replacement[];
  /** Stages and proves. When it throws, nothing of it is left. */
  make(): Promise<readonly Made[]>;
  /** Throws when somebody else wrote to what it replaces. */
  checkUntouched(): void;
}

/** What a record says from its beginning. */
export type RecordHead = Pick<ResealRecord, 'id' | 'action' | 'environment' | 'openedWith' | 'recipientSets'>;

/**
 * Replaces many files as one: all are staged and proven, then the record says so, then they are renamed. Whatever
 * happens before that sentence of the record leaves every file as it was; after it, the next run completes the renames.
 * The caller holds the lock.
 */
export async function transact(
  context: Context,
  head: RecordHead,
  parts: readonly Part[],
  onStaged: (bytes: number) => void,
): Promise<ResealRecord> {
  const staging: ResealRecord = {
    schema: 'valops/reseal-record/1',
    ...head,
    phase: 'staging',
    startedAt: context.clock.now().toISOString(),
    endedAt: null,
    replacements: parts.flatMap(({ replacements }) => replacements),
    tool: `${context.tool.name} ${context.tool.version}`,
  };
  context.files.ensureDirectory(recordDirectory(context), { mode: 0o700 });
  writeRecord(context, staging);
  const made = new Map<string, Made>();
  const discard = (): void => {
    for (const { draft } of made.values()) draft.discard();
    removeRecord(context, head.id);
  };
  let switching: ResealRecord;
  try {
    await eachBounded(parts, filesAtOnce, async (part) => {
      for (const one of await part.make()) {
        made.set(one.staged, one);
        onStaged(one.after.size);
      }
    });
    for (const part of parts) part.checkUntouched();
    syncDirectories(context, [...made.keys()]);
    switching = {
      ...staging,
      phase: 'switching',
      replacements: staging.replacements.map((one) => complete(one, made)),
    };
  } catch (error) {
    discard();
    throw error;
  }
  return commit(context, switching, made, discard);
}

/** Never waits: a signal comes before it, when all is to be undone, or after it, when all is done. */
function commit(
  context: Context,
  switching: ResealRecord,
  made: ReadonlyMap<string, Made>,
  discard: () => void,
): ResealRecord {
  try {
    writeRecord(context, switching);
  } catch (error) {
    if (readRecord(context, switching.id).phase === 'staging') discard();
    throw error;
  }
  for (const { draft } of made.values()) draft.keep();
  try {
    return switchOver(context, switching);
  } catch (cause) {
    const reason = cause instanceof ValopsError ? cause.message : String(cause);
    throw new ValopsError('FILE_UNWRITABLE', `the change of recipients ${switching.id} stopped half way: ${reason}`, {
      hint: 'Put that right and run the command again: it completes what is left. Each file opens as before or as planned.',
      cause,
    });
  }
}

function complete(replacement: Replacement, made: ReadonlyMap<string, Made>): Replacement {
  const one = made.get(replacement.staged);
  if (one === undefined) throw new Error(`"${replacement.staged}" was planned and not staged`);
  return { ...replacement, before: one.before, after: one.after };
}
