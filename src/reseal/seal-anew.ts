import { open, seal } from '../age/engine.ts';
import type { Identity } from '../age/identity.ts';
import { fileKeyIdentity } from '../age/sealed-header.ts';
import type { Context } from '../core/context.ts';
import type { FileStat } from '../core/files.ts';
import { type Digest, Tap } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { contentOf } from './digest.ts';
import type { FileKeys } from './file-keys.ts';
import { about, type SealedFile } from './look.ts';
import type { Change } from './plan.ts';
import { proveSealed } from './proof.ts';

/** A file sealed anew beside the old one, and proven. */
export interface SealedAnew {
  readonly before: Digest;
  readonly after: Digest;
  /** Keys of new recipients which opened it. */
  readonly openers: readonly Identity[];
}

/** Keys that prove, and keys that must not open any more. */
export interface ProofKeys {
  readonly provers: readonly Identity[];
  readonly removed: readonly Identity[];
}

/**
 * Seals the content of a file to other recipients, under a new file key, as `staged` with the mode and owner of the old
 * file, in constant memory; then proves it. What it has staged is there also when it throws. Throws RESEAL_UNPROVEN,
 * RESEAL_FILE_CHANGED, AGE_PAYLOAD_INVALID, FILE_UNWRITABLE.
 */
export async function sealAnew(
  context: Context,
  { file, become }: Change,
  staged: string,
  { provers, removed }: ProofKeys,
  fileKeys: FileKeys,
): Promise<SealedAnew> {
  const [before, plain, after] = [new Tap(), new Tap(), new Tap()];
  const source = before.through(contentOf(context, file.path, file.stat.size));
  const { fileKey } = file;
  if (fileKey === null) throw new Error(`"${file.path}" was planned and not opened`);
  const opener = fileKeys.use(fileKey, (bytes) => fileKeyIdentity(bytes, file.path));
  const sealed = seal(plain.through(open(source, [opener])), become, { armor: file.armored });
  const { mode, uid, gid } = file.stat;
  try {
    const draft = await context.files.draft(staged, after.through(sealed), { mode, owner: { uid, gid } });
    draft.keep();
  } catch (error) {
    throw about(file.path, error);
  } finally {
    fileKeys.wipe(fileKey);
  }
  const written = after.digest();
  const demands = { recipients: become, provers, removed, plaintext: plain.digest(), sealed: written };
  const openers = await proveSealed(context, staged, demands);
  checkUntouched(context, file);
  return { before: before.digest(), after: written, openers };
}

/** Throws RESEAL_FILE_CHANGED when somebody wrote to the file since it was looked at. */
export function checkUntouched(context: Context, { path, stat }: Pick<SealedFile, 'path' | 'stat'>): void {
  const now = context.files.stat(path);
  if (now !== null && isSameStat(now, stat)) return;
  throw new ValopsError(
    'RESEAL_FILE_CHANGED',
    `"${path}" was ${now === null ? 'removed' : 'written to'} meanwhile; no file was replaced`,
    { hint: 'See what else writes there, then run the command again.' },
  );
}

function isSameStat(a: FileStat, b: FileStat): boolean {
  return a.type === b.type && a.size === b.size && a.modifiedAt.getTime() === b.modifiedAt.getTime();
}
