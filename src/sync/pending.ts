import * as z from 'zod/mini';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson } from '../lib/json-document.ts';
import type { ReleaseRoot } from './release-root.ts';

const release = z.string().check(z.regex(/^(?:[0-9A-Za-z]|\.repair-)[^/]*$/));

const schema = z.strictObject({
  schema: z.literal('valops/pending-switch/1'),
  id: z.string(),
  kind: z.enum(['sync', 'rollback']),
  /** Null when nothing was active. */
  from: z.nullable(release),
  to: release,
  /** Whether every byte of `from` was verified before the switch: only then it may be switched back to. */
  fromProven: z.boolean(),
  /** `back`: the new release failed, and the way back has begun. */
  direction: z.enum(['forth', 'back']),
  startedAt: z.iso.datetime(),
});

/** A switch of `current` that has begun and was not proven yet. */
export type PendingSwitch = Readonly<z.infer<typeof schema>>;

/**
 * The switch under way, or null. A file that holds none (nothing valops wrote) is warned about and
 * counts as none.
 */
export function readPending({ files, events }: Pick<Context, 'files' | 'events'>, root: ReleaseRoot) {
  if (files.stat(root.pending) === null) return null;
  try {
    const read = schema.safeParse(JSON.parse(new TextDecoder().decode(files.read(root.pending))));
    if (read.success) return read.data;
  } catch (error) {
    if (error instanceof ValopsError && error.code !== 'FILE_UNREADABLE') throw error;
  }
  const message = `"${root.pending}" is no record of a switch and is not heeded`;
  events.emit({ kind: 'warning', message, hint: 'Find out who wrote it, and remove it.' });
  return null;
}

/** Writes down what is about to happen to `current`; durable when it returns. */
export function writePending({ files }: Pick<Context, 'files'>, root: ReleaseRoot, pending: PendingSwitch): void {
  const bytes = encodeJson(pending);
  files.replace(root.pending, bytes, { mode: 0o644 });
}
