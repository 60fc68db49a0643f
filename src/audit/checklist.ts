import type { Check, Cadence } from './check.ts';
import type { Severity } from './finding.ts';

/** Something only a person can look at, signed off with `audit attest`. */
export interface ManualItem {
  /** `manual.<name>`. */
  readonly id: `manual.${string}`;
  readonly title: string;
  readonly why: string;
  readonly severity: Severity;
  /** Days after which it is due again. */
  readonly everyDays: number;
  readonly source: string;
}

/** A check an operator declares: a program and what it must print. */
export interface OwnCheck {
  /** `own.<name>`. */
  readonly id: `own.${string}`;
  readonly title: string;
  readonly severity: Severity;
  readonly run: readonly [string, ...string[]];
  /** Regular expression that its output must match; exit 0 is wanted in any case. */
  readonly expect?: string;
  /** Seconds. */
  readonly timeout: number;
}

/** One demand of the document that a checklist answers, in our own words, and what looks at it. */
export interface Covered {
  readonly line: string;
  /** Ids of checks and manual items of that checklist. */
  readonly by: readonly [string, ...string[]];
}

/** A named list of things to look at. Built-in ones are files in `checklists/`, others come from `valops.yaml`. */
export interface Checklist {
  readonly name: string;
  readonly title: string;
  /** How often it is to be run; undefined: on occasion (`pre-deployment`, `incident`). */
  readonly cadence?: Cadence;
  /** Ids of checks, or `family.*`, or every check of its cadence. */
  readonly checks: readonly string[] | 'cadence';
  readonly manual: readonly ManualItem[];
  readonly own: readonly OwnCheck[];
  /** Where it answers a document: every demand of that, and every check and item of the checklist. */
  readonly covers?: readonly Covered[];
}

/** A checklist with its checks found. */
export interface ResolvedChecklist extends Omit<Checklist, 'checks'> {
  readonly checks: readonly Check[];
}
