/** One thing of a host that was accepted, or that is there now. */
export interface BaselineEntry {
  /** What it is, unique in its section and stable in time: `user alice`, `/usr/bin/su`. No line numbers. */
  readonly key: string;
  /**
   * What must stay: a digest, or words as people read them. A list: keys of other entries in the order
   * in which they count; one that comes or goes is a change of its own, not of the list.
   */
  readonly value: string | readonly string[];
  /** `path` or `path:line`, where there is one. Not compared: lines move. */
  readonly file?: string;
  /** Key of the entry it is a part of: when that one comes or goes as a whole, this one is not told. */
  readonly within?: string;
}

/**
 * Entries as a baseline holds them: sorted by key. The second of two that have the same key (a cron
 * line written twice) gets ` (2)` behind it, by the order of their values.
 */
export function sortEntries(entries: readonly BaselineEntry[]): readonly BaselineEntry[] {
  const sorted = entries.toSorted(
    (a, b) => compare(a.key, b.key) || compare(text(a), text(b)) || compare(a.file, b.file),
  );
  const seen = new Map<string, number>();
  return sorted
    .map((entry): BaselineEntry => {
      const times = (seen.get(entry.key) ?? 0) + 1;
      seen.set(entry.key, times);
      return times === 1 ? entry : { ...entry, key: `${entry.key} (${times})` };
    })
    .toSorted((a, b) => compare(a.key, b.key));
}

function text({ value }: BaselineEntry): string {
  return JSON.stringify(value);
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
