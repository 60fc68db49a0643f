import type { Fact, Question, Snapshot } from '../../core/fact.ts';
import type { AuditPolicy } from '../policy.ts';
import { sortEntries, type BaselineEntry } from './entry.ts';

export type SectionId =
  | 'accounts'
  | 'keys'
  | 'listeners'
  | 'rules'
  | 'units'
  | 'persistence'
  | 'privileged-files'
  | 'package-sources'
  | 'resolver'
  | 'binaries';

/** One part of a host's state that an operator accepts as a whole. One file in `sections/` each, named as its id. */
export interface BaselineSection {
  readonly id: SectionId;
  /** In the plural: `users, groups and sudo rules`. */
  readonly title: string;
  readonly questions: (policy: AuditPolicy) => readonly Question<unknown>[];
  /** The entries now, sorted. Unknown with the reason when a fact is. Throws for a fact of another shape. */
  readonly read: (snapshot: Snapshot, policy: AuditPolicy) => Fact<readonly BaselineEntry[]>;
}

type Questions = Readonly<Record<string, Question<unknown>>>;
type Values<Q extends Questions> = { readonly [K in keyof Q]: Q[K] extends Question<infer T> ? T : never };

/**
 * A section over facts that must all be known. `entries` is pure and leaves out whatever changes by
 * itself: counters, times, numbers the kernel deals out. It throws an Error whose message is the reason
 * when the facts do not tell enough: the section is then unknown.
 */
export function defineSection<Q extends Questions>(definition: {
  readonly id: SectionId;
  readonly title: string;
  readonly needs: Q | ((policy: AuditPolicy) => Q);
  readonly entries: (facts: Values<Q>, policy: AuditPolicy) => readonly BaselineEntry[];
}): BaselineSection {
  const { id, title, needs, entries } = definition;
  const needed = (policy: AuditPolicy): Q => (typeof needs === 'function' ? needs(policy) : needs);
  return {
    id,
    title,
    questions: (policy) => Object.values(needed(policy)),
    read({ facts }, policy) {
      const values: Record<string, unknown> = {};
      const missing: string[] = [];
      for (const [name, question] of Object.entries(needed(policy))) {
        const fact = facts[question.id] ?? { known: false, reason: 'not asked' };
        if (fact.known) values[name] = fact.value;
        else missing.push(`${question.id}: ${fact.reason}`);
      }
      if (missing.length > 0) return { known: false, reason: missing.join('; ') };
      try {
        return { known: true, value: sortEntries(entries(values as Values<Q>, policy)) };
      } catch (error) {
        // facts of another shape are a bug, or an edited file: the caller says so
        if (!(error instanceof Error) || error instanceof TypeError) throw error;
        return { known: false, reason: error.message };
      }
    },
  };
}
