import type { Refusal } from '../../core/plan.ts';
import type { SshdSettings } from '../../facts/sshd-settings.ts';
import type { SshState } from '../state.ts';

/** What a lockout rule looks at: the host as it is, and sshd as it would be. */
export interface LockoutCase {
  readonly state: SshState;
  /** What sshd would do for the login in use. */
  readonly after: SshdSettings;
  /** The ports it would listen on; null when they stay. */
  readonly ports: readonly number[] | null;
}

/**
 * One way to lock oneself out: one file each. Pure; a refusal when it would happen, or when the
 * facts do not rule it out. Not asked of a plan without changes.
 */
export interface LockoutRule {
  readonly id: `LOCKOUT_${string}`;
  /** One line for documents. */
  readonly title: string;
  readonly judge: (one: LockoutCase) => Omit<Refusal, 'rule'> | null;
}
