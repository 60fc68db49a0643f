export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';

export type Family =
  | 'ssh'
  | 'firewall'
  | 'accounts'
  | 'custody'
  | 'backups'
  | 'binaries'
  | 'services'
  | 'kernel'
  | 'filesystem'
  | 'packages'
  | 'time'
  | 'logs'
  | 'network'
  | 'validator'
  | 'persistence'
  /** Programs that run beside or instead of a validator: their work trees, environments, containers, databases. */
  | 'workload'
  /** HTTP services that are asked for real. */
  | 'service'
  /** Drift against what an operator accepted. */
  | 'baseline'
  /** Checks an operator declared (`run`, `expect`). */
  | 'own'
  /** Human items. */
  | 'manual'
  /** The audit itself: waivers that are over. */
  | 'audit';

/** `due`: a human item whose time has come. */
export type Status = 'pass' | 'fail' | 'skip' | 'unknown' | 'due';

/** What a check says of one subject: a file, a user, a socket, a setting, the host. */
export interface Judgement {
  readonly status: Status;
  /** Stable in time, so that two runs can be compared: a path, a user, a directive. */
  readonly subject: string;
  readonly expected?: string;
  readonly actual?: string;
  /** The value in force, where it may differ from the file's. */
  readonly running?: string;
  /** `path` or `path:line`. */
  readonly file?: string;
  /** What was seen, at most a few lines; why it is unknown or skipped. Never a secret. */
  readonly evidence?: string;
}

/** A judgement as it stands in a report. */
export interface Finding extends Judgement {
  /** Of the check. */
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  readonly severity: Severity;
  readonly remediation: string;
  /** Against the report before; left out in the first one. */
  readonly change?: 'new' | 'still' | 'fixed' | 'newly-unknown';
  readonly waiver?: { readonly reason: string; readonly owner: string; readonly expires: string };
}
