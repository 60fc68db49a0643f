import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../lib/canonical-json.ts';
import type { Change, Unchanged } from './change.ts';
import type { Snapshot } from './fact.ts';

/** A reason not to touch the host at all: a lockout rule that fired, a fact that must be known and is not. */
export interface Refusal {
  /** Stable id of the rule, for example `LOCKOUT_NO_KEY`. */
  readonly rule: string;
  readonly message: string;
  readonly hint: string;
}

/** What a planner answers: a pure function of facts and policy. */
export interface Planned {
  readonly changes: readonly Change[];
  readonly unchanged: readonly Unchanged[];
  readonly refusals: readonly Refusal[];
  /** Ids of the facts which the plan rests on: a plan is stale when one of them differs. */
  readonly restsOn: readonly string[];
  /**
   * By id, what is compared of such a fact instead of its whole value: without what changes by itself or
   * decides nothing.
   */
  readonly compared?: Readonly<Record<string, unknown>>;
}

/** A plan as a document: shown, saved with `--out`, reviewed, applied with `--from`. */
export interface Plan {
  readonly schema: 'valops/plan/1';
  /** Name of the job that made it: `ssh`, `firewall`, `harden`. */
  readonly job: string;
  readonly host: string;
  readonly createdAt: string;
  readonly factsDigest: string;
  readonly changes: readonly Change[];
  readonly unchanged: readonly Unchanged[];
  readonly refusals: readonly Refusal[];
}

/** Lowercase hex SHA-256 over the canonical JSON of the facts a plan rests on, known or not. */
export function factsDigest(
  snapshot: Snapshot,
  { restsOn, compared = {} }: Pick<Planned, 'restsOn' | 'compared'>,
): string {
  const facts = Object.fromEntries(
    restsOn.map((id) => [
      id,
      Object.hasOwn(compared, id)
        ? { known: true, compared: compared[id] }
        : (snapshot.facts[id] ?? { known: false, reason: 'not asked' }),
    ]),
  );
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(facts)) as JsonValue))
    .digest('hex');
}

/** Makes the document of a planner's answer. */
export function makePlan(job: string, snapshot: Snapshot, planned: Planned, now: Date): Plan {
  return {
    schema: 'valops/plan/1',
    job,
    host: snapshot.name,
    createdAt: now.toISOString(),
    factsDigest: factsDigest(snapshot, planned),
    changes: planned.changes,
    unchanged: planned.unchanged,
    refusals: planned.refusals,
  };
}
