import type { Context } from '../core/context.ts';
import type { Knowledge } from './knowledge.ts';
import type { SealedFile } from './look.ts';
import type { ResealPlan } from './plan.ts';
import type { ResealRecord } from './record.ts';

/** A sealed file that still opens with keys which the new recipients do not have. */
export interface OldCopy {
  readonly path: string;
  /** What it is, in words. */
  readonly what: string;
  /** Fingerprints of the keys that open it and are of no new recipient; empty where they are not known. */
  readonly opensWith: readonly string[];
}

/**
 * What this home knows of that is not sealed to `now` alone: copies of backups by the catalogue, files of earlier changes of
 * recipients, further names of a file that was replaced, files that were left. Elsewhere there may be more.
 */
export function oldCopies(
  context: Context,
  plan: ResealPlan,
  { backups, records }: Knowledge,
  now: ReadonlySet<string>,
): readonly OldCopy[] {
  const others = (fingerprints: readonly string[]): readonly string[] => fingerprints.filter((one) => !now.has(one));
  const copies = new Map<string, OldCopy>();
  for (const { id, recipients, copies: places } of backups.values()) {
    const opensWith = others(recipients.map(({ fingerprint }) => fingerprint));
    if (opensWith.length === 0) continue;
    for (const { path } of places) copies.set(path, { path, what: `backup ${id}`, opensWith });
  }
  const touched = new Set(plan.files.filter(({ become }) => become !== null).map(({ file }) => file.path));
  for (const copy of earlierFiles(context, records, others)) if (!touched.has(copy.path)) copies.set(copy.path, copy);
  for (const { file, become, reason } of plan.files) {
    const more = become === null ? 0 : moreNames(context, file, plan);
    if (more > 0) {
      const what = `the old file has ${more} more ${more === 1 ? 'name' : 'names'} (hard links)`;
      copies.set(file.path, { path: file.path, what, opensWith: others(file.known ?? []) });
    }
    if (become === null && reason !== null && !copies.has(file.path)) {
      copies.set(file.path, { path: file.path, what: `left: ${reason}`, opensWith: others(file.known ?? []) });
    }
  }
  return [...copies.values()];
}

/** Names of a file which the plan does not know. */
function moreNames(context: Context, { path, stat }: SealedFile, { files }: ResealPlan): number {
  if (stat.links === 1) return 0;
  const planned = files.filter(({ file }) => file.stat.links === stat.links && context.files.isSame(file.path, path));
  return stat.links - planned.length;
}

function* earlierFiles(
  context: Context,
  records: readonly ResealRecord[],
  others: (fingerprints: readonly string[]) => readonly string[],
): Generator<OldCopy> {
  const latest = new Map<string, { readonly id: string; readonly opensWith: readonly string[] }>();
  for (const { id, phase, replacements, recipientSets } of records) {
    if (phase !== 'done') continue;
    for (const { path, set } of replacements) {
      if (set !== null) latest.set(path, { id, opensWith: others(recipientSets[set] ?? []) });
    }
  }
  for (const [path, { id, opensWith }] of latest) {
    if (opensWith.length > 0 && context.files.stat(path) !== null) {
      yield { path, what: `sealed anew by ${id}`, opensWith };
    }
  }
}
