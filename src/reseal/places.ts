import { join } from 'node:path';
import type { Context } from '../core/context.ts';

/**
 * How far a transaction is, told by the name of its record. `staging`: nothing was replaced yet, what is staged may be
 * removed. `switching`: everything is staged and proven, the renames must be completed. `done`: kept, for it tells who can
 * open what.
 */
export type Phase = 'staging' | 'switching' | 'done';

/** The directory of the records. */
export function recordDirectory(context: Context): string {
  return join(context.home.path, 'reseal');
}

/** `$VALOPS_HOME/reseal/ID.jsonl` and, before it is done, `ID.switching.jsonl`; `ID.staging.jsonl` tells what may lie staged. */
export function recordPath(context: Context, id: string, phase: Phase): string {
  return join(recordDirectory(context), phase === 'done' ? `${id}.jsonl` : `${id}.${phase}.jsonl`);
}

/** The ids of all transactions of this home in a phase. */
export function idsIn(context: Context, phase: Phase): readonly string[] {
  const name = phase === 'done' ? /^([0-9a-f]{16})\.jsonl$/ : new RegExp(String.raw`^([0-9a-f]{16})\.${phase}\.jsonl$`);
  return context.files.list(recordDirectory(context)).flatMap((file) => name.exec(file)?.[1] ?? []);
}
