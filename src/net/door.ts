import type { Context } from '../core/context.ts';
import type { Trees } from '../core/trees.ts';
import type { Limits } from './limits.ts';
import type { Dispatcher } from './undici.ts';

/** What the files of this folder share. */
export interface Door {
  readonly context: Pick<Context, 'clock' | 'events' | 'files' | 'interruption' | 'randomBytes' | 'tool'>;
  readonly trees: Pick<Trees, 'freeSpace'>;
  readonly agent: Dispatcher;
  readonly limits: Limits;
  /** Whether `http:` is allowed, for loopback. */
  readonly insecure: boolean;
  /** Host and port of the proxy, for messages. */
  readonly proxy: string | undefined;
}
