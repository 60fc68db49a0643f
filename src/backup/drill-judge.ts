import type { CatalogueEntry, DrillVerdict } from './catalogue.ts';
import type { DrilledBackup } from './drill-backup.ts';
import type { RecipientClass } from './manifest.ts';
import { newestVerdict, skew } from './newest-verdict.ts';
import type { BackupPolicy } from './policy.ts';

/** A class that must have a proof for the backups of a host and has none that is fresh. */
export interface LackingProof {
  readonly host: string;
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
 * Pure. A class is proven for a host when the newest verdict on any of its backups passed and is no
 * older than the policy says, as `backup status` has it. A drill that reached nothing proves nothing.
 */
export function judgeDrill({ drilled, backups, verdicts, policy, now }: DrillFacts): DrillJudgement {
  const hosts = [...new Set(drilled.flatMap(({ host }) => (host === null ? [] : [host])))].toSorted();
  const lacking = hosts.flatMap((host) => {
    const ids = new Set([
      ...backups.filter((entry) => entry.host === host).map(({ id }) => id),
      ...drilled.filter((one) => one.host === host).map(({ backup }) => backup),
    ]);
    return policy.classes.flatMap((of): readonly LackingProof[] => {
      const own = verdicts.filter((one) => ids.has(one.backup) && one.class === of);
      const last = newestVerdict(own);
      const age = last?.passed === true ? now - Date.parse(last.at) : Number.POSITIVE_INFINITY;
      if (age >= -skew && age <= policy.every) return [];
      return [{ host, class: of, provenAt: own.findLast(({ passed }) => passed)?.at ?? null }];
    });
  });
  const isFailed = drilled.some((one) => one.problems.length > 0 || one.verdicts.some(({ passed }) => !passed));
  const isLacking = lacking.length > 0 || drilled.every(({ path }) => path === null);
  return { verdict: isFailed ? 'failed' : isLacking ? 'lacking' : 'proven', lacking };
}
