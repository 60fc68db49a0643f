import { parseCatalogue } from '../backup/catalogue-file.ts';
import type { Catalogue, CatalogueEntry } from '../backup/catalogue.ts';
import type { BackupCatalogue } from '../facts/custody/catalogue.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Judgement } from './finding.ts';

/** A catalogue that was read, with the newest backup of each host in it, oldest first. */
export interface ReadBackups {
  readonly catalogue: Catalogue;
  readonly newest: readonly CatalogueEntry[];
}

/** Clocks of two machines may differ by this much, in milliseconds. */
export const skew = 3_600_000;

/**
 * The catalogue of a host, or the judgement that there is none to judge by: skipped where nothing is on
 * record, which `backups.on-record` judges, unknown where it cannot be read.
 */
export function readBackups({ path, text }: BackupCatalogue): ReadBackups | Judgement {
  if (text === null)
    return { status: 'skip', subject: path, evidence: 'no backup is on record: see backups.on-record' };
  try {
    const catalogue = parseCatalogue(new TextEncoder().encode(text), path);
    if (catalogue.backups.length === 0)
      return { status: 'skip', subject: path, evidence: 'no backup is on record: see backups.on-record' };
    const byTime = catalogue.backups.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
    return { catalogue, newest: [...new Map(byTime.map((entry) => [entry.host, entry])).values()] };
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    return { status: 'unknown', subject: path, evidence: error.message };
  }
}

/** Whole days between a time (RFC 3339) and now; less than 0 for one to come. */
export function daysSince(time: string, now: Date): number {
  return Math.floor((now.getTime() - Date.parse(time)) / 86_400_000);
}
