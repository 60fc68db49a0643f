import type { Host } from './host.ts';
import type { HostLogin, Question, Snapshot } from './fact.ts';
import type { Plan, Planned } from './plan.ts';

/**
 * Something the engine can plan and apply: SSH hardening, the firewall, both together. Everything
 * in it is pure except `rehearse`.
 */
export interface Job {
  readonly name: string;
  readonly questions: readonly Question<unknown>[];
  /** Facts to changes. Must answer no changes for a host on which the changes were applied. */
  readonly plan: (snapshot: Snapshot, login: HostLogin) => Planned;
  /**
   * Where the job may move sshd: the ports on which it serves by these facts. A change that failed may be
   * undone, and the host then answers there and no longer at the port we were told.
   */
  readonly ports?: (snapshot: Snapshot) => readonly number[];
  /**
   * Last proof before the live system changes, on the host but beside it (a canary sshd with the
   * new configuration). Throws GUARD_REHEARSAL_FAILED; leaves nothing behind.
   */
  readonly rehearse?: (host: Host, plan: Plan) => Promise<void>;
}
