import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import type { StagedFile } from '../core/files.ts';
import { type Digest, Tap } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';

/** Permission bits of a copy: sealed, and nobody else's to read all the same. */
export const copyMode = 0o600;

/** A copy that could not be made. */
export interface FailedCopy {
  readonly path: string;
  readonly error: ValopsError;
}

/** A copy that is written whole and has no name yet. */
export interface StagedCopy {
  readonly path: string;
  readonly staged: StagedFile;
}

export interface StagedCopies extends Digest {
  readonly copies: readonly StagedCopy[];
  readonly failed: readonly FailedCopy[];
}

/**
 * Writes one stream to all paths at once. A medium that fails drops out; the others go on. When the
 * stream throws, or no medium is left, nothing stays behind and that error is thrown.
 */
export async function stageCopies(
  context: Context,
  paths: readonly string[],
  blocks: AsyncIterable<Uint8Array>,
): Promise<StagedCopies> {
  const failed: FailedCopy[] = [];
  let copies: StagedCopy[] = [];
  for (const path of paths) {
    await attempt(path, failed, async () => {
      copies.push({ path, staged: await context.files.stage(path, { mode: copyMode }) });
    });
  }
  const tap = new Tap();
  try {
    if (copies.length === 0 && failed[0] !== undefined) throw failed[0].error;
    for await (const block of tap.through(blocks)) {
      for (const copy of copies) {
        const written = await attempt(copy.path, failed, () => copy.staged.write(block));
        if (written) continue;
        await copy.staged.discard();
        copies = copies.filter((one) => one !== copy);
        if (copies.length === 0 && failed[0] !== undefined) throw failed[0].error;
      }
    }
  } catch (error) {
    for (const { staged } of copies) await staged.discard();
    throw error;
  }
  return { ...tap.digest(), copies, failed };
}

/** Runs `work`; an error the machine answered with is noted against the path. */
export async function attempt(path: string, failed: FailedCopy[], work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    failed.push({ path, error });
    return false;
  }
}

/** Removes what killed runs left half written in a directory of backups, as far as it is this machine's. */
export async function removeLeftovers(context: Context, directory: string): Promise<void> {
  const leftover = /^\.((?:identity-)?backup-.*\.age)\.valops-\d+-[0-9a-f]{8}$/;
  const names = context.files.list(directory).map((name) => leftover.exec(name)?.[1]);
  for (const name of new Set(names.filter((one) => one !== undefined))) {
    // staging a name removes what processes that are gone left of it
    const staged = await context.files.stage(join(directory, name), { mode: copyMode });
    await staged.discard();
  }
}
