import type { Fact, Question, Snapshot } from '../core/fact.ts';
import type { Family, Judgement, Severity } from './finding.ts';
import type { AuditPolicy, AuditProfile } from './policy.ts';

/** How often a check is worth its while at least. Each cadence includes the ones before it. */
export type Cadence = 'weekly' | 'monthly' | 'quarterly';

/** What one profile wants of a check, and who says so: `audit list --conflicts` compares them. */
export interface Expectation {
  /** In words, short: `off`, `0600 or less`, `at most 4`. */
  readonly want: string;
  /** For example `CIS Ubuntu 24.04 5.1.20`, `agave docs: system tuning`, `sshd_config(5)`. */
  readonly source: string;
}

/** One thing to look at on a host. One file in `checks/<family>/` each; the id is family and file name. */
export interface Check {
  readonly id: `${Family}.${string}`;
  /** One line: what is true when it passes. */
  readonly title: string;
  /** What goes wrong on a validator host when it is not so. */
  readonly why: string;
  readonly severity: Severity;
  readonly cadence: Cadence;
  /** In no checklist that goes by cadence: it is a load, or means something on special hosts only. */
  readonly onlyNamed?: true;
  /** A profile that is left out does not look at it: the check is skipped and says so. */
  readonly expectations: Readonly<Partial<Record<AuditProfile, Expectation>>>;
  /** What to do, pasteable where a command does it; placeholders in angle brackets. */
  readonly remediation: string;
  /** The job of the change engine that puts it right, where one does. */
  readonly fix?: 'ssh' | 'firewall';
  readonly questions: (policy: AuditPolicy) => readonly Question<unknown>[];
  /** One judgement per subject. Facts that are unknown give `unknown` with the reason, never a pass. */
  readonly judge: (snapshot: Snapshot, policy: AuditPolicy) => readonly Judgement[];
  /** In the place of `judge`, where what is true of a host shows beside the other hosts of the run only. */
  readonly judgeAcross?: (own: Snapshot, others: readonly Snapshot[], policy: AuditPolicy) => readonly Judgement[];
}

type Questions = Readonly<Record<string, Question<unknown>>>;
type Values<Q extends Questions> = { readonly [K in keyof Q]: Q[K] extends Question<infer T> ? T : never };
type Facts<Q extends Questions> = { readonly [K in keyof Q]: Q[K] extends Question<infer T> ? Fact<T> : never };

/** No question at all. */
type None = { readonly [K in '']?: Question<unknown> };

type CheckText = Omit<Check, 'questions' | 'judge'>;

/**
 * A check over facts that must all be known: `evaluate` is pure and gets their values. When one is
 * unknown the check is unknown and `evaluate` is not called. `maybe` are facts that may be unknown;
 * `evaluate` says itself what that means.
 */
export function defineCheck<N extends Questions, M extends Questions = None>(
  definition: CheckText & {
    readonly needs: N | ((policy: AuditPolicy) => N);
    readonly maybe?: M;
    /** The snapshot for judgements that other capabilities make of the whole of it. */
    readonly evaluate: (facts: Values<N> & Facts<M>, policy: AuditPolicy, snapshot: Snapshot) => readonly Judgement[];
  },
): Check {
  const { needs, maybe, evaluate, ...text } = definition;
  const needed = (policy: AuditPolicy): N => (typeof needs === 'function' ? needs(policy) : needs);
  const factOf = (snapshot: Snapshot, { id }: Question<unknown>): Fact<unknown> =>
    snapshot.facts[id] ?? { known: false, reason: 'not asked' };
  return {
    ...text,
    questions: (policy) => [...Object.values(needed(policy)), ...Object.values(maybe ?? {})],
    judge(snapshot, policy) {
      const values: Record<string, unknown> = {};
      const missing: string[] = [];
      for (const [name, question] of Object.entries(needed(policy))) {
        const fact = factOf(snapshot, question);
        if (fact.known) values[name] = fact.value;
        else missing.push(`${question.id}: ${fact.reason}`);
      }
      if (missing.length > 0) return [{ status: 'unknown', subject: snapshot.name, evidence: missing.join('; ') }];
      for (const [name, question] of Object.entries(maybe ?? {})) values[name] = factOf(snapshot, question);
      return evaluate(values as Values<N> & Facts<M>, policy, snapshot);
    },
  };
}
