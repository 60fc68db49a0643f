import type { Identity } from '../age/identity.ts';
import { readSealedHeader, type SealedHeader } from '../age/sealed-header.ts';
import type { Context } from '../core/context.ts';
import type { FileStat } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { contentOf, digestOf } from './digest.ts';
import type { FileKeys } from './file-keys.ts';
import type { Found } from './find.ts';
import { inOrder } from './in-order.ts';
import type { Knowledge } from './knowledge.ts';

/** A sealed file as it is now. */
export interface SealedFile {
  /** Absolute. */
  readonly path: string;
  readonly stat: FileStat;
  readonly armored: boolean;
  /** What the header tells of each recipient: its type, and its tag where it has one. Nothing proves it. */
  readonly stanzas: readonly string[];
  /** Which of the identities open it. */
  readonly openers: readonly Identity[];
  /** Whether a key that is to be removed opens it, whatever records say. */
  readonly opensForRemoved: boolean;
  /** Where its file key is kept; null without openers. */
  readonly fileKey: number | null;
  /** Fingerprints of those it is sealed to, sorted; null when neither a record nor the keys at hand tell. */
  readonly known: readonly string[] | null;
  /** Cards that name it. */
  readonly cards: readonly string[];
  /** Why it is not to be sealed anew at all; null when it may be. */
  readonly apart: string | null;
}

/** Stanza types that need no plugin. */
export const builtInTypes: ReadonlySet<string> = new Set([
  ...['X25519', 'mlkem768x25519', 'p256tag', 'mlkem768p256tag', 'ssh-ed25519', 'ssh-rsa'],
]);

/** How many files are worked on at a time: more would not be faster, and take memory. */
export const filesAtOnce = 4;

/** What files are looked at with. */
export interface Looking {
  readonly identities: readonly Identity[];
  readonly removed: readonly Identity[];
  readonly knowledge: Knowledge;
  /** Where the file keys go that the identities find. */
  readonly fileKeys: FileKeys;
}

/** Looks at every file: reads its header, tries the identities and the removed keys on it. Throws AGE_HEADER_INVALID, AGE_ARMOR_INVALID. */
export function lookAt(
  context: Context,
  found: AsyncIterable<Found>,
  looking: Looking,
): AsyncGenerator<SealedFile, void, undefined> {
  return inOrder(found, filesAtOnce, (one) => lookAtOne(context, one, looking));
}

async function lookAtOne(
  context: Context,
  { path, stat }: Found,
  { identities, removed, knowledge, fileKeys }: Looking,
): Promise<SealedFile> {
  const header = await headerOf(context, path, stat.size);
  // records of shares do not tell sizes
  const sha256 =
    knowledge.sizes.has(stat.size) || knowledge.shares.size > 0 ? (await digestOf(context, path))?.sha256 : undefined;
  const passphrase = header.stanzas.some(({ type }) => type === 'scrypt');
  const { openers, fileKey } = await openersOf(header, passphrase ? [] : identities);
  const forRemoved = await openersOf(header, passphrase ? [] : removed);
  forRemoved.fileKey?.fill(0);
  const kept = fileKey === null ? null : fileKeys.keep(fileKey);
  fileKey?.fill(0);
  return {
    path,
    stat,
    armored: header.armored,
    stanzas: header.stanzas.map(({ type, tag }) => (tag === undefined ? type : `${type} ${tag}`)),
    openers,
    fileKey: kept,
    opensForRemoved: forRemoved.openers.length > 0,
    known: (sha256 === undefined ? null : recorded(knowledge, sha256, header)) ?? inferred(header, openers),
    cards: (sha256 === undefined ? undefined : knowledge.cards.get(sha256)) ?? [],
    apart: passphrase ? 'sealed to a passphrase' : apart(knowledge, sha256, path),
  };
}

/** The header of a sealed file; errors name the file. Throws AGE_HEADER_INVALID, AGE_ARMOR_INVALID. */
export async function headerOf(context: Context, path: string, size: number): Promise<SealedHeader> {
  try {
    return await readSealedHeader(contentOf(context, path, size));
  } catch (error) {
    throw about(path, error);
  }
}

/** An error of the age library with the file it is about. */
export function about(path: string, error: unknown): unknown {
  if (!(error instanceof ValopsError) || !error.code.startsWith('AGE_') || error.message.includes(path)) return error;
  return new ValopsError(error.code, `"${path}": ${error.message}`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}

/** The identities that open a file, and the file key they find; null when none does. */
async function openersOf(
  header: SealedHeader,
  identities: readonly Identity[],
): Promise<{ readonly openers: readonly Identity[]; readonly fileKey: Uint8Array | null }> {
  const openers: Identity[] = [];
  let found: Uint8Array | null = null;
  for (const identity of identities) {
    const fileKey = await header.fileKeyFor(identity);
    if (fileKey === null) continue;
    found?.fill(0);
    found = fileKey;
    openers.push(identity);
  }
  return { openers, fileKey: found };
}

/** What records say, unless the header contradicts: each built-in type has one stanza for a recipient. */
function recorded(
  { recipients, backups }: Knowledge,
  sha256: string,
  { stanzas }: SealedHeader,
): readonly string[] | null {
  const named =
    recipients.get(sha256) ??
    backups
      .get(sha256)
      ?.recipients.map(({ fingerprint }) => fingerprint)
      .toSorted();
  if (named === undefined) return null;
  return named.length === stanzas.length || !stanzas.every(({ type }) => builtInTypes.has(type)) ? named : null;
}

/** When as many distinct keys open the file as it has stanzas, they are all there is. */
function inferred(header: SealedHeader, openers: readonly Identity[]): readonly string[] | null {
  const fingerprints = new Set(openers.flatMap(({ recipient }) => recipient?.fingerprint ?? []));
  return fingerprints.size === header.stanzas.length ? [...fingerprints].toSorted() : null;
}

function apart({ shares, backups }: Knowledge, sha256: string | undefined, path: string): string | null {
  if (sha256 === undefined) {
    // Without its record a share can be told by its name only.
    return /(^|\/)([0-9A-Z]{4}-){4}\d+-[^/]+\.age$/.test(path) ? 'a share of an escrow set, by its name' : null;
  }
  const set = shares.get(sha256);
  if (set !== undefined) return `a share of the escrow set ${set}`;
  const backup = backups.get(sha256);
  return backup === undefined ? null : `a copy of the backup ${backup.id}`;
}
