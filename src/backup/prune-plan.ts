import type { Context } from '../core/context.ts';
import type { Catalogue, CatalogueEntry } from './catalogue.ts';
import { copyState } from './copy-state.ts';
import { lineOf } from './line.ts';
import type { BackupPolicy } from './policy.ts';

/** A backup that stays, and why. */
export interface KeptBackup {
  readonly entry: CatalogueEntry;
  readonly reason: string;
}

/** A backup that goes, and why. */
export interface DoomedBackup {
  readonly entry: CatalogueEntry;
  readonly reason: string;
}

export interface PrunePlan {
  readonly kept: readonly KeptBackup[];
  /** Oldest first. */
  readonly doomed: readonly DoomedBackup[];
}

const day = 86_400_000;

/**
 * What retention by count and by age leaves. Each line of backups counts for itself. Of each the newest (made last,
 * whatever its date) stay, up to `count` and `days`; beyond these always the newest one with a copy that is good now
 * (each is read), and for each recipient class the newest one it proved.
 */
export async function planPrune(
  context: Context,
  catalogue: Catalogue,
  keep: BackupPolicy['keep'],
): Promise<PrunePlan> {
  const kept: KeptBackup[] = [];
  const doomed: DoomedBackup[] = [];
  const lines = new Map<string, CatalogueEntry[]>();
  for (const entry of catalogue.backups.toReversed()) {
    const key = lineOf(entry);
    lines.set(key, [...(lines.get(key) ?? []), entry]);
  }
  for (const line of lines.values()) {
    const lastGood = await newestGood(context, line);
    const proven = newestProven(catalogue, line);
    for (const [index, entry] of line.entries()) {
      const tooMany = index >= keep.count;
      const tooOld = context.clock.now().getTime() - Date.parse(entry.createdAt) > keep.days * day;
      if (entry === lastGood) kept.push({ entry, reason: 'the newest one with a copy that is good now' });
      else if (lastGood === undefined) kept.push({ entry, reason: 'no backup of its line has a good copy now' });
      else if (proven.has(entry.id)) kept.push({ entry, reason: `the newest one that ${proven.get(entry.id)} proved` });
      else if (tooMany) doomed.push({ entry, reason: `beyond the newest ${keep.count}` });
      else if (tooOld) doomed.push({ entry, reason: `older than ${keep.days} days` });
      else kept.push({ entry, reason: `among the newest ${keep.count}, and not older than ${keep.days} days` });
    }
  }
  return { kept, doomed: doomed.toReversed() };
}

async function newestGood(context: Context, line: readonly CatalogueEntry[]): Promise<CatalogueEntry | undefined> {
  for (const entry of line) {
    for (const { path } of entry.copies) if ((await copyState(context, path, entry)) === 'good') return entry;
  }
  return undefined;
}

/** Backup id → the classes whose newest proof it is, in words. */
function newestProven({ drills }: Catalogue, line: readonly CatalogueEntry[]): ReadonlyMap<string, string> {
  const proven = new Map<string, string>();
  for (const one of ['host', 'offline', 'escrow'] as const) {
    const newest = line.find(({ id }) =>
      drills.some((drill) => drill.backup === id && drill.class === one && drill.passed),
    );
    if (newest === undefined) continue;
    const before = proven.get(newest.id);
    proven.set(newest.id, before === undefined ? `the ${one} class` : `${before} and the ${one} class`);
  }
  return proven;
}
