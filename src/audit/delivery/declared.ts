import type { Severity } from '../finding.ts';

/** The member `audit.delivery` of `valops.yaml`: where reports of `audit run --deliver` go. */
export interface DeliveryDeclared {
  /** A message in JSON, `{"text": …}`, as Slack, Mattermost and others take it. */
  readonly webhook?: { readonly urlFile: string; readonly when: 'changes' | 'always' } | undefined;
  /** A file for the textfile collector of node_exporter, one for each checklist. */
  readonly textfile?: { readonly directory: string } | undefined;
  /** A dead man's switch elsewhere: told when a run begins and how it ended. */
  readonly ping?: { readonly urlFile: string; readonly failOn?: Severity | undefined } | undefined;
}

/** The member `audit.schedule` of `valops.yaml`. Paths are the host's. */
export interface ScheduleDeclared {
  /** `HH:MM`, UTC. */
  readonly at: string;
  readonly user: string;
  /** `valops.yaml` on the host. */
  readonly config?: string | undefined;
  /** The program on the host, where root's PATH has another one or none. */
  readonly program?: string | undefined;
}
