/** One action on a host, as data: it can be shown, saved, reviewed elsewhere and compiled to a script. */
export type Step =
  /** Writes a whole file beside its name and renames it into place; owner root:root. Text only. */
  | { readonly step: 'write'; readonly path: string; readonly mode: string; readonly content: string }
  /** Removes a file; no error when it is gone. */
  | { readonly step: 'remove'; readonly path: string }
  /** Runs a program without a shell; any exit but 0 fails. `input` goes to its standard input. */
  | { readonly step: 'run'; readonly argv: readonly [string, ...string[]]; readonly input?: string };

/**
 * `none`: cannot cut anybody off. `service`: a service may be disturbed. `access`: logins may be
 * cut off, hence only under an armed guard.
 */
export type Risk = 'none' | 'service' | 'access';

/** One difference between what is and what should be, with the way there and the way back. */
export interface Change {
  /** Stable within its planner: `ssh.drop-in`, `firewall.ruleset`. */
  readonly id: string;
  readonly summary: string;
  readonly risk: Risk;
  /** Unified diff, or lines with `+ ~ -`. */
  readonly diff: string;
  readonly do: readonly Step[];
  /** Leads back to exactly what was there; must be safe to run twice, and when `do` ran half. */
  readonly undo: readonly Step[];
}

/** Something that needs no change, and why. */
export interface Unchanged {
  readonly id: string;
  readonly reason: string;
}
