import * as z from 'zod/mini';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson } from '../lib/json-document.ts';
import type { PendingSwitch } from './pending.ts';
import type { ReleaseRoot } from './release-root.ts';

const entry = z.strictObject({
  id: z.string(),
  at: z.iso.datetime(),
  kind: z.enum(['sync', 'rollback']),
  from: z.nullable(z.string()),
  to: z.string(),
});
const schema = z.strictObject({ schema: z.literal('valops/release-history/1'), switches: z.array(entry) });

/** A switch that was proven. */
export type Switch = Readonly<z.infer<typeof entry>>;

/** Switches kept: far more than releases are. */
const mostSwitches = 200;

/** The proven switches of one binary, oldest first. A file that is none of ours is refused: SYNC_RELEASE_BROKEN. */
export function readHistory({ files }: Pick<Context, 'files'>, root: ReleaseRoot): readonly Switch[] {
  if (files.stat(root.history) === null) return [];
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(files.read(root.history)))).switches;
  } catch (cause) {
    if (cause instanceof ValopsError) throw cause;
    throw new ValopsError('SYNC_RELEASE_BROKEN', `"${root.history}" is not what valops writes`, {
      hint: `Move it away; what was active before is then unknown: mv '${root.history}' '${root.history}.bad'`,
      cause,
    });
  }
}

/** Adds a proven switch, once: the same one may be settled again after a crash. Durable when it returns. */
export function addToHistory(
  { files, clock }: Pick<Context, 'files' | 'clock'>,
  root: ReleaseRoot,
  done: PendingSwitch,
): void {
  const switches = readHistory({ files }, root);
  if (switches.some(({ id }) => id === done.id)) return;
  const { id, kind, from, to } = done;
  const added = [...switches, { id, at: clock.now().toISOString(), kind, from, to }].slice(-mostSwitches);
  const document = { schema: 'valops/release-history/1', switches: added };
  files.replace(root.history, encodeJson(document), { mode: 0o644 });
}

/**
 * The release a rollback leads to: the one that was active before `active`, of those installed. A
 * rollback undoes the latest switch, so rolling back twice goes two releases back, not to and fro.
 * Pure; null when nothing is known to have been active before.
 */
export function previousRelease(
  switches: readonly Switch[],
  active: string | null,
  installed: ReadonlySet<string>,
): string | null {
  const stack: string[] = [];
  for (const { kind, from, to } of switches) {
    if (stack.length === 0 && from !== null) stack.push(from);
    if (kind === 'rollback') while (stack.length > 0 && stack.at(-1) !== to) stack.pop();
    if (stack.at(-1) !== to) stack.push(to);
  }
  const at = active === null ? -1 : stack.lastIndexOf(active);
  const before = at === -1 ? stack : stack.slice(0, at);
  return before.findLast((release) => release !== active && installed.has(release)) ?? null;
}
