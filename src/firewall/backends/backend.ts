import type { Change, Unchanged } from '../../core/change.ts';
import type { Snapshot } from '../../core/fact.ts';
import type { Ruleset } from '../ruleset.ts';

/** What a backend has to do so that a host runs a ruleset now and after a boot. */
export interface BackendPlan {
  readonly changes: readonly Change[];
  readonly unchanged: readonly Unchanged[];
}

/** A tool that enforces a ruleset. One file each. */
export interface Backend {
  readonly name: 'nftables' | 'ufw';
  /**
   * Compares and plans; pure. The needed facts are known. With `prune`, rules that are not ours are
   * removed as well.
   */
  readonly plan: (ruleset: Ruleset, snapshot: Snapshot, prune: boolean) => BackendPlan;
}
