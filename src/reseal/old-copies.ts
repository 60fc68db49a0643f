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
  const earlier = earlierFiles(records);
  const linked: SealedFile[] = [];
  for (const { file, become } of plan.files) {
    if (become !== null) earlier.delete(file.path);
    if (file.stat.links > 1) linked.push(file);
  }
  for (const [path, { id, recipients }] of earlier) {
    const opensWith = others(recipients);
    if (opensWith.length === 0 || context.files.stat(path) === null) continue;
    copies.set(path, { path, what: `sealed anew by ${id}`, opensWith });
  }
  for (const { file, become, reason } of plan.files) {
    const more = become === null ? 0 : moreNames(context, file, linked);
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
function moreNames(context: Context, { path, stat }: SealedFile, linked: readonly SealedFile[]): number {
  if (stat.links === 1) return 0;
  const planned = linked.filter((file) => file.stat.links === stat.links && context.files.isSame(file.path, path));
  return stat.links - planned.length;
}

/** The files of earlier changes of recipients, each with the last that sealed it. */
function earlierFiles(
  records: readonly ResealRecord[],
): Map<string, { readonly id: string; readonly recipients: readonly string[] }> {
  const latest = new Map<string, { readonly id: string; readonly recipients: readonly string[] }>();
  for (const { id, replacements, recipientSets } of records) {
    const sets = recipientSets.map((recipients) => ({ id, recipients }));
    for (const { path, set } of replacements) {
      const one = set === null ? undefined : sets[set];
      if (one !== undefined) latest.set(path, one);
    }
  }
  return latest;
}
