import * as z from 'zod/mini';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson } from '../lib/json-document.ts';
import type { ReleaseRoot } from './release-root.ts';

const entry = z.strictObject({
  release: z.string(),
  /** `failed`: switched back by itself. `rolled-back`: by a person. */
  why: z.enum(['failed', 'rolled-back']),
  at: z.iso.datetime(),
  /** What failed, one line for people; empty after a rollback. */
  problem: z.string(),
});
const schema = z.strictObject({ schema: z.literal('valops/held-releases/1'), held: z.array(entry) });

/** A release which `sync` does not switch to again by itself. */
export type HeldRelease = Readonly<z.infer<typeof entry>>;

/** Releases held at most, the latest. */
const mostHeld = 50;

/** The held releases, the latest last. A file that is none of ours is warned about and names none. */
export function readHeld(
  { files, events }: Pick<Context, 'files' | 'events'>,
  root: ReleaseRoot,
): readonly HeldRelease[] {
  if (files.stat(root.held) === null) return [];
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(files.read(root.held)))).held;
  } catch (error) {
    if (error instanceof ValopsError && error.code !== 'FILE_UNREADABLE') throw error;
  }
  const message = `"${root.held}" does not name releases and is not heeded`;
  events.emit({ kind: 'warning', message, hint: 'Find out who wrote it, and remove it.' });
  return [];
}

/**
 * Holds a release back until it is tried again by `--retry`: a cron job would otherwise restart the service
 * for it again and again. Durable when it returns.
 */
export function hold(
  context: Pick<Context, 'files' | 'events' | 'clock'>,
  root: ReleaseRoot,
  held: Omit<HeldRelease, 'at'>,
): void {
  const others = readHeld(context, root).filter(({ release }) => release !== held.release);
  write(context, root, [...others, { ...held, at: context.clock.now().toISOString() }].slice(-mostHeld));
}

/** Forgets that a release was held: it is active and proven. */
export function unhold(context: Pick<Context, 'files' | 'events'>, root: ReleaseRoot, release: string): void {
  const held = readHeld(context, root);
  const others = held.filter((one) => one.release !== release);
  if (others.length < held.length) write(context, root, others);
}

function write({ files }: Pick<Context, 'files'>, root: ReleaseRoot, held: readonly HeldRelease[]): void {
  if (held.length === 0) files.remove(root.held);
  else files.replace(root.held, encodeJson({ schema: 'valops/held-releases/1', held }), { mode: 0o644 });
}

/** Since when and why, for people: after the name of the release. */
export function heldClause({ why, at, problem }: HeldRelease): string {
  const reason = why === 'failed' ? `failed here at ${at} and was switched back` : `was rolled back here at ${at}`;
  return `${reason}${problem === '' ? '' : `: ${problem}`}`;
}

/** The next action after a switch that failed and was taken back. */
export function againHint(command: string): string {
  return `Read the logs of the service. It is not tried again by itself; once mended: ${command}`;
}

/** Throws SYNC_HELD when this release is held. */
export function refuseHeld(name: string, to: string, held: readonly HeldRelease[]): void {
  const found = held.find(({ release }) => release === to);
  if (found === undefined) return;
  throw new ValopsError('SYNC_HELD', `"${name}" ${to} ${heldClause(found)}; it is not switched to again by itself`, {
    hint: `Pin another version: valops sync pin ${name} VERSION. Or try this one again: valops sync ${name} --retry`,
  });
}
