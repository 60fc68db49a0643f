import * as z from 'zod/mini';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson } from '../lib/json-document.ts';
import type { ReleaseRoot } from './release-root.ts';

const schema = z.strictObject({
  schema: z.literal('valops/held-release/1'),
  release: z.string(),
  /** `failed`: switched back by itself. `rolled-back`: by a person. */
  why: z.enum(['failed', 'rolled-back']),
  at: z.iso.datetime(),
  /** What failed, one line for people; empty after a rollback. */
  problem: z.string(),
});

/** A release which `sync` does not switch to again by itself. */
export type HeldRelease = Readonly<Omit<z.infer<typeof schema>, 'schema'>>;

/** The held release, or null. A file that is none of ours is warned about and counts as none. */
export function readHeld({ files, events }: Pick<Context, 'files' | 'events'>, root: ReleaseRoot): HeldRelease | null {
  if (files.stat(root.held) === null) return null;
  try {
    const { release, why, at, problem } = schema.parse(JSON.parse(new TextDecoder().decode(files.read(root.held))));
    return { release, why, at, problem };
  } catch (error) {
    if (error instanceof ValopsError && error.code !== 'FILE_UNREADABLE') throw error;
  }
  const message = `"${root.held}" does not name a release and is not heeded`;
  events.emit({ kind: 'warning', message, hint: 'Find out who wrote it, and remove it.' });
  return null;
}

/**
 * Holds a release back, in the place of one that was held before: a cron job would otherwise restart the
 * service for it again and again. Durable when it returns.
 */
export function hold(
  { files, clock }: Pick<Context, 'files' | 'clock'>,
  root: ReleaseRoot,
  held: Omit<HeldRelease, 'at'>,
): void {
  const document = { schema: 'valops/held-release/1', ...held, at: clock.now().toISOString() };
  files.replace(root.held, encodeJson(document), { mode: 0o644 });
}

/** Forgets the held release. */
export function unhold({ files }: Pick<Context, 'files'>, root: ReleaseRoot): void {
  if (files.stat(root.held) !== null) files.remove(root.held);
}

/** Since when and why, for people: after the name of the release. */
export function heldClause({ why, at, problem }: HeldRelease): string {
  const reason = why === 'failed' ? `failed here at ${at} and was switched back` : `was rolled back here at ${at}`;
  return `${reason}${problem === '' ? '' : `: ${problem}`}`;
}

/** Throws SYNC_HELD when this is the release that is held. */
export function refuseHeld(name: string, to: string, held: HeldRelease | null): void {
  if (held?.release !== to) return;
  throw new ValopsError('SYNC_HELD', `"${name}" ${to} ${heldClause(held)}; it is not switched to again by itself`, {
    hint: `Pin another version: valops sync pin ${name} VERSION. Or try this one again: valops sync ${name} --retry`,
  });
}
