import type { Context } from '../../core/context.ts';
import type { Posts } from '../../core/posts.ts';
import type { AuditFailure } from '../report-document.ts';
import type { AuditReport } from '../report.ts';
import type { DeliveryDeclared } from './declared.ts';

/** What a run has to say when it ends. */
export interface DeliveredRun {
  readonly checklists: readonly string[];
  readonly reports: readonly AuditReport[];
  /** Hosts that were not audited, and why. */
  readonly failures: readonly AuditFailure[];
}

/** What ways of delivery work with. */
export interface DeliveryDoors extends Pick<Context, 'files' | 'home' | 'clock' | 'randomBytes'> {
  /** Opens the network at the first message. */
  readonly posts: () => Promise<Posts>;
  /** Takes how many messages had to be given up. */
  readonly lost: (messages: number) => void;
}

/** One way by which a run is told. One file each. */
export interface DeliveryWay {
  readonly name: 'webhook' | 'textfile' | 'ping';
  /** What it would do, in words without any secret; null where it is not declared or has nothing to say. */
  readonly describe: (run: DeliveredRun, declared: DeliveryDeclared) => string | null;
  /** Sees that what it needs is there, and sends nothing. Throws ValopsError. */
  readonly prove: (declared: DeliveryDeclared, files: DeliveryDoors['files']) => void;
  /** Tells that a run begins. Throws ValopsError. */
  readonly begin?: (declared: DeliveryDeclared, doors: DeliveryDoors) => Promise<void>;
  /** Does it. What waits from earlier runs goes first. Throws ValopsError: no message holds an address or a token. */
  readonly deliver: (run: DeliveredRun, declared: DeliveryDeclared, doors: DeliveryDoors) => Promise<void>;
}
