import type { CatalogueEntry, DrillVerdict } from './catalogue.ts';
import type { DrilledBackup } from './drill-backup.ts';
import type { RecipientClass } from './manifest.ts';
import type { BackupPolicy } from './policy.ts';

/** A class that must have a proof and has none that is fresh. */
export interface LackingProof {
  readonly backup: string;
  readonly class: RecipientClass;
  /** Newest proof that was ever, RFC 3339; null when there was none. */
  readonly provenAt: string | null;
}

/** A drill as a whole. */
export interface DrillJudgement {
  /** `failed`: something did not open or is not what it should be; `lacking`: a required proof is missing or old. */
  readonly verdict: 'proven' | 'lacking' | 'failed';
  readonly lacking: readonly LackingProof[];
}

/** What the judgement rests on. */
export interface DrillFacts {
  readonly drilled: readonly DrilledBackup[];
  /** Every backup of the catalogue. */
  readonly backups: readonly CatalogueEntry[];
  /** Every verdict, those of now included. */
  readonly verdicts: readonly DrillVerdict[];
  readonly policy: BackupPolicy['drill'];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Pure. A proof counts when it passed, is no older than the policy says, and nothing failed after
 * it. Asked for are all backups that could be reached, and the newest of each host even where it
 * could not. A drill that reached nothing proves nothing.
 */
export function judgeDrill({ drilled, backups, verdicts, policy, now }: DrillFacts): DrillJudgement {
  const reached = drilled.filter(({ path }) => path !== null);
  const asked = drilled.filter((one) => one.path !== null || backups.some((entry) => isNewest(entry, backups, one)));
  const lacking = asked.flatMap(({ backup }) =>
    policy.classes.flatMap((of): readonly LackingProof[] => {
      const own = verdicts.filter((one) => one.backup === backup && one.class === of);
      const last = own.reduce<DrillVerdict | null>((a, b) => (a === null || b.at >= a.at ? b : a), null);
      if (last?.passed === true && now - Date.parse(last.at) <= policy.every) return [];
      const proofs = own.filter(({ passed }) => passed).map(({ at }) => at);
      return [{ backup: backup ?? 'unknown', class: of, provenAt: proofs.toSorted().at(-1) ?? null }];
    }),
  );
  const isFailed = drilled.some((one) => one.problems.length > 0 || one.verdicts.some(({ passed }) => !passed));
  const isLacking = lacking.length > 0 || reached.length === 0;
  return { verdict: isFailed ? 'failed' : isLacking ? 'lacking' : 'proven', lacking };
}

function isNewest(entry: CatalogueEntry, backups: readonly CatalogueEntry[], { backup }: DrilledBackup): boolean {
  if (entry.id !== backup) return false;
  return backups.every((other) => other.host !== entry.host || other.createdAt <= entry.createdAt);
}
