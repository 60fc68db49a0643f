import { dirname } from 'node:path';
import type { Identity } from '../age/identity.ts';
import { readSealedHeader, type SealedHeader } from '../age/sealed-header.ts';
import type { Context } from '../core/context.ts';
import type { FileStat } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { contentOf, digestOf } from './digest.ts';
import { eachBounded } from './each-bounded.ts';
import type { Found } from './find.ts';
import { gatherKnowledge, type Knowledge } from './knowledge.ts';
import { sharedLists } from './shared-lists.ts';

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
  /** Of the file, as one of the openers found it; undefined without openers. */
  readonly fileKey: Secret | undefined;
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

/** Bytes of a file key (C2SP age). */
const fileKeySize = 16;

/** How many files are worked on at a time: more would not be faster, and take memory. */
export const filesAtOnce = 4;

/** Looks at every file: reads its header, tries the identities and the removed keys on it. Throws AGE_HEADER_INVALID, AGE_ARMOR_INVALID. */
export async function lookAt(
  context: Context,
  found: readonly Found[],
  identities: readonly Identity[],
  removed: readonly Identity[] = [],
): Promise<{ readonly files: readonly SealedFile[]; readonly knowledge: Knowledge }> {
  const knowledge = gatherKnowledge(
    context,
    found.map(({ path }) => dirname(path)),
  );
  const files: SealedFile[] = [];
  const shared = {
    texts: sharedLists<string>((text) => text),
    openers: sharedLists<Identity>((one) => String(identities.indexOf(one))),
  };
  // all file keys in one piece of memory: one of its own for each would take thirty times as much
  const fileKeys = new Uint8Array(fileKeySize * found.length);
  await eachBounded([...found.keys()], filesAtOnce, async (index) => {
    const one = found[index];
    if (one === undefined) return;
    const room = fileKeys.subarray(fileKeySize * index, fileKeySize * (index + 1));
    files[index] = await lookAtOne(context, one, { identities, removed, room, shared }, knowledge);
  });
  return { files, knowledge };
}

const none: readonly string[] = [];

interface Looking {
  readonly identities: readonly Identity[];
  readonly removed: readonly Identity[];
  /** Where the file key goes. */
  readonly room: Uint8Array;
  readonly shared: {
    readonly texts: (list: readonly string[]) => readonly string[];
    readonly openers: (list: readonly Identity[]) => readonly Identity[];
  };
}

async function lookAtOne(
  context: Context,
  { path, stat }: Found,
  { identities, removed, room, shared }: Looking,
  knowledge: Knowledge,
): Promise<SealedFile> {
  const header = await headerOf(context, path, stat.size);
  // records of shares do not tell sizes
  const sha256 =
    knowledge.sizes.has(stat.size) || knowledge.shares.size > 0 ? (await digestOf(context, path))?.sha256 : undefined;
  const passphrase = header.stanzas.some(({ type }) => type === 'scrypt');
  const openers = shared.openers(await openersOf(header, passphrase ? [] : identities, room));
  const known = (sha256 === undefined ? null : recorded(knowledge, sha256, header)) ?? inferred(header, openers);
  return {
    path,
    stat,
    armored: header.armored,
    stanzas: shared.texts(header.stanzas.map(({ type, tag }) => (tag === undefined ? type : `${type} ${tag}`))),
    openers,
    fileKey: openers.length === 0 ? undefined : new Secret(room),
    opensForRemoved: (await openersOf(header, passphrase ? [] : removed)).length > 0,
    known: known === null ? null : shared.texts(known),
    cards: (sha256 === undefined ? undefined : knowledge.cards.get(sha256)) ?? none,
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

/** The identities that open a file; its key is put into `room` when there is one. */
async function openersOf(
  header: SealedHeader,
  identities: readonly Identity[],
  room?: Uint8Array,
): Promise<readonly Identity[]> {
  const openers: Identity[] = [];
  for (const identity of identities) {
    const fileKey = await header.fileKeyFor(identity);
    if (fileKey === null) continue;
    room?.set(fileKey);
    fileKey.fill(0);
    openers.push(identity);
  }
  return openers;
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
