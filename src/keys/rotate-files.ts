import { ageDoors } from '../age/doors.ts';
import { openBytes, sealBytes } from '../age/engine.ts';
import { parseIdentityFile } from '../age/identities.ts';
import type { GeneratedKey } from '../age/keygen.ts';
import { parseRecipient } from '../age/recipients.ts';
import type { Context } from '../core/context.ts';
import type { WriteOptions } from '../core/files.ts';
import { type Digest, digestBytes } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { once } from '../reseal/parts.ts';
import { stagedName, type Replacement } from '../reseal/record.ts';
import { checkUntouched } from '../reseal/seal-anew.ts';
import type { Made, Part } from '../reseal/transact.ts';
import type { KeyFiles } from './key-files.ts';
import type { OldKey } from './rotate-old-key.ts';

/** The key files of a rotation, and where the old key will be kept. */
export interface KeyParts {
  readonly retired: string;
  readonly parts: (id: string) => readonly Part[];
}

/**
 * The key files as parts of a transaction. First the key file gets both keys; then, with the sealed files, the old key its
 * own name and the recipient file the new recipient; at last the key file the new key alone.
 */
export function keyParts(context: Context, files: KeyFiles, old: OldKey, key: GeneratedKey): KeyParts {
  const { identityFile, recipientFile } = files;
  const retired = retiredName(context, identityFile);
  const names = (id: string): readonly [Replacement, Replacement, Replacement, Replacement] => [
    replacement(identityFile, stagedName(identityFile, id), 0),
    replacement(retired, stagedName(retired, id), 1),
    replacement(recipientFile, stagedName(recipientFile, id), 1),
    replacement(identityFile, stagedName(identityFile, id, true), 2),
  ];
  const part = (id: string): Part => ({
    replacements: names(id),
    make: () => makeAll(context, names(id), old, key),
    checkUntouched: () => checkUntouched(context, { path: identityFile, stat: old.stat }),
  });
  return { retired, parts: (id) => [part(id)] };
}

function replacement(path: string, staged: string, stage: number): Replacement {
  return { what: 'key', path, staged, stage, before: null, after: null, set: null };
}

/** The name of the key file with the day; a second rotation of a day gets a number. */
function retiredName(context: Context, identityFile: string): string {
  const name = `${identityFile}.retired-${context.clock.now().toISOString().slice(0, 10)}`;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (context.files.stat(candidate) === null) return candidate;
  }
}

async function makeAll(
  context: Context,
  [both, retired, recipientFile, final]: readonly [Replacement, Replacement, Replacement, Replacement],
  old: OldKey,
  key: GeneratedKey,
): Promise<readonly Made[]> {
  const owner = { uid: old.stat.uid, gid: old.stat.gid };
  const secret: WriteOptions = { mode: 0o600, owner };
  const made: Made[] = [];
  const stage = async (
    { staged }: Replacement,
    bytes: Uint8Array,
    options: WriteOptions,
    before: Digest | null,
  ): Promise<Digest> => {
    const after = digestBytes(bytes);
    made.push({ staged, before, after, draft: await context.files.draft(staged, once(bytes), options) });
    if (digestBytes(context.files.read(staged)).sha256 !== after.sha256) throw unproven(staged);
    return after;
  };
  try {
    const joined = await old.protect(joinTexts(key.file, old.text));
    const whole = await stage(both, joined, secret, digestBytes(old.file));
    await stage(retired, old.file, secret, null);
    const public_ = context.files.stat(recipientFile.path) === null ? null : context.files.read(recipientFile.path);
    const line = new TextEncoder().encode(`${key.recipient}\n`);
    await stage(recipientFile, line, { mode: 0o644, owner }, public_ === null ? null : digestBytes(public_));
    await stage(final, await old.protect(key.file), secret, whole);
    await proveKey(context, key);
    return made;
  } catch (error) {
    for (const { draft } of made) draft.discard();
    throw error;
  }
}

/** An identity file with both keys, the new one first. */
function joinTexts(next: Secret, old: Secret): Secret {
  return next.use((a) => old.use((b) => new Secret(Uint8Array.from(Buffer.concat([a, Buffer.from('\n'), b])))));
}

/** Opens a probe sealed to the recipient line with the key. */
async function proveKey(context: Context, { file, recipient }: GeneratedKey): Promise<void> {
  const doors = ageDoors(context);
  const identities = await file.use((bytes) => parseIdentityFile(bytes, { ...doors, name: 'the new key' }));
  const probe = context.randomBytes(32);
  const opened = await openBytes(await sealBytes(probe, [parseRecipient(recipient, doors.plugins)]), identities);
  if (!opened.use((bytes) => Buffer.from(bytes).equals(probe))) throw unproven('the new key');
}

function unproven(what: string): ValopsError {
  return new ValopsError('FILE_NOT_PROVEN', `"${what}" is not what was written; nothing was replaced`, {
    hint: 'Check the disk (dmesg) and run the command again.',
  });
}
