import type { AuditReport } from './report.ts';

/** What a report's signature is worth to whoever reads it here. */
export type Signature =
  /** By the key of this home. */
  | { readonly state: 'own'; readonly key: string }
  /** By a key that was pinned for the host before. */
  | { readonly state: 'verified'; readonly key: string }
  /** By a key that was pinned just now: nobody compared it yet. */
  | { readonly state: 'first-seen'; readonly key: string }
  | { readonly state: 'unsigned' }
  /** There is one, and it is not of this file. */
  | { readonly state: 'broken'; readonly reason: string };

/** How a report stands beside what it says itself. */
export interface Standing {
  readonly signature?: Signature;
  /** Why it is too old for its cadence. */
  readonly late?: string;
}

/** Something to know of a page that is no finding. */
export interface Remark {
  /** `refused` and `damaged`: the file counts nowhere. `silent`: a declared host without a report. */
  readonly kind: 'refused' | 'damaged' | 'contradicts' | 'silent' | 'duplicate' | 'older' | 'pinned';
  /** A file, or a host. */
  readonly subject: string;
  readonly text: string;
}

/** What a page of reports may tell besides the reports. */
export interface Surroundings {
  readonly now: Date;
  /** Reports before those shown, for the trend; in any order. */
  readonly earlier: readonly Pick<AuditReport, 'host' | 'startedAt' | 'findings'>[];
  readonly standings: ReadonlyMap<AuditReport, Standing>;
  readonly remarks: readonly Remark[];
}

/** Of reports about which nothing else is known: the time is that of the latest. */
export function noSurroundings(reports: readonly AuditReport[]): Surroundings {
  const latest = Math.max(0, ...reports.map(({ startedAt }) => Date.parse(startedAt)));
  return { now: new Date(latest), earlier: [], standings: new Map(), remarks: [] };
}
