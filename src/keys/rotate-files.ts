import { ageDoors } from '../age/doors.ts';
import { openBytes, sealBytes } from '../age/engine.ts';
import { parseIdentityFile } from '../age/identities.ts';
import type { GeneratedKey } from '../age/keygen.ts';
import { parseRecipient } from '../age/recipients.ts';
import type { Context } from '../core/context.ts';
import type { WriteOptions } from '../core/files.ts';
import { type Digest, digestBytes } from '../lib/digest.ts';
import { Secret } from '../lib/secret.ts';
import { notProven } from '../reseal/line-files.ts';
import type { Replacement } from '../reseal/record.ts';
import { checkUntouched } from '../reseal/seal-anew.ts';
import { once } from '../reseal/sealing-work.ts';
import { stagedName } from '../reseal/staged-name.ts';
import type { Work } from '../reseal/transact.ts';
import type { KeyFiles } from './key-files.ts';
import type { OldKey } from './rotate-old-key.ts';

/** The key files of a rotation, and where the old key will be kept. */
export interface KeyWork {
  readonly retired: string;
  readonly work: (id: string) => readonly Work[];
}

/**
 * The key files as work of a transaction. First the key file gets both keys; then, with the sealed files, the old key its
 * own name and the recipient file the new recipient; at last the key file the new key alone.
 */
export function keyWork(context: Context, files: KeyFiles, old: OldKey, key: GeneratedKey): KeyWork {
  const { identityFile, recipientFile } = files;
  const retired = retiredName(context, identityFile);
  const work = (id: string): Work => {
    const places: Places = {
      both: { path: identityFile, staged: stagedName(identityFile, id), stage: 0 },
      retired: { path: retired, staged: stagedName(retired, id), stage: 1 },
      recipientFile: { path: recipientFile, staged: stagedName(recipientFile, id), stage: 1 },
      final: { path: identityFile, staged: stagedName(identityFile, id, true), stage: 2 },
    };
    return {
      staged: Object.values(places).map(({ staged }: Place) => ({ what: 'key', staged })),
      make: () => makeAll(context, places, old, key),
      checkUntouched: () => checkUntouched(context, { path: identityFile, stat: old.stat }),
    };
  };
  return { retired, work: (id) => [work(id)] };
}

type Place = Pick<Replacement, 'path' | 'staged' | 'stage'>;
type Places = Readonly<Record<'both' | 'retired' | 'recipientFile' | 'final', Place>>;

/** The name of the key file with the day; a second rotation of a day gets a number. */
function retiredName(context: Context, identityFile: string): string {
  const name = `${identityFile}.retired-${context.clock.now().toISOString().slice(0, 10)}`;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (context.files.stat(candidate) === null) return candidate;
  }
}

async function* makeAll(
  context: Context,
  { both, retired, recipientFile, final }: Places,
  old: OldKey,
  key: GeneratedKey,
): AsyncGenerator<Replacement, void, undefined> {
  const owner = { uid: old.stat.uid, gid: old.stat.gid };
  const secret: WriteOptions = { mode: 0o600, owner, ...(old.inClear ? { secret: true } : {}) };
  const stage = async (
    place: Place,
    bytes: Uint8Array,
    options: WriteOptions,
    before: Digest | null,
  ): Promise<Replacement> => {
    const after = digestBytes(bytes);
    (await context.files.draft(place.staged, once(bytes), options)).keep();
    if (digestBytes(context.files.read(place.staged)).sha256 !== after.sha256) throw notProven(place.staged);
    return { what: 'key', ...place, before, after, set: null };
  };
  const joined = await stage(both, await old.protect(joinTexts(key.file, old.text)), secret, digestBytes(old.file));
  yield joined;
  yield await stage(retired, old.file, secret, null);
  const public_ = context.files.stat(recipientFile.path) === null ? null : context.files.read(recipientFile.path);
  const line = new TextEncoder().encode(`${key.recipient}\n`);
  yield await stage(recipientFile, line, { mode: 0o644, owner }, public_ === null ? null : digestBytes(public_));
  yield await stage(final, await old.protect(key.file), secret, joined.after);
  await proveKey(context, key);
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
  if (!opened.use((bytes) => Buffer.from(bytes).equals(probe))) throw notProven('the new key');
}
