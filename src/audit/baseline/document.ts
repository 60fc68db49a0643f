import type { BaselineEntry } from './entry.ts';

/** What was accepted of one section; `known: false`: it could not be looked at, and can therefore not pass. */
export type AcceptedSection =
  | { readonly known: true; readonly entries: readonly BaselineEntry[] }
  | { readonly known: false; readonly reason: string };

/** The accepted good state of one host, as it is stored (0600) on the machine that audits it. */
export interface Baseline {
  readonly schema: 'valops/audit-baseline/1';
  readonly host: string;
  /** RFC 3339, UTC. */
  readonly acceptedAt: string;
  readonly acceptedBy: string;
  readonly tool: string;
  /** By the ids of sections; those which a later version adds are not in it. */
  readonly sections: Readonly<Record<string, AcceptedSection>>;
}

/**
 * What an audit compares a host with. `unproven`: what is there is not what the journal says was
 * accepted (`tampered`), or the journal does not tell.
 */
export type BaselineState =
  | { readonly state: 'accepted'; readonly digest: string; readonly baseline: Baseline }
  | { readonly state: 'unproven'; readonly tampered: boolean; readonly reason: string };
