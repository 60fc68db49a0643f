import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import type { CatalogueEntry, DrillVerdict } from './catalogue.ts';
import { damaged } from './damaged.ts';
import { locateWithKey } from './locate.ts';
import type { BackupManifest, BackupRecipient, RecipientClass } from './manifest.ts';
import { openBackup } from './open-backup.ts';
import type { NoteOpened, OpeningKey } from './open-backup-keys.ts';
import { proveIdentities, type ProvenIdentity } from './open-backup-proof.ts';
import { copyState, type CopyState } from './copy-state.ts';

/** A backup to be opened: from the catalogue, or a file that the catalogue may not know. */
export interface DrillTarget {
  readonly entry: CatalogueEntry | null;
  /** Where copies should be. */
  readonly paths: readonly string[];
}

/** The keys, and where it is said what they opened. */
export interface DrillOpening {
  readonly keys: readonly OpeningKey[];
  readonly note: NoteOpened;
}

/** What a drill found of one backup. */
export interface DrilledBackup {
  /** Id of the backup; null when the catalogue does not know it and nothing opened it. */
  readonly backup: string | null;
  readonly host: string | null;
  readonly createdAt: string | null;
  /** Copy that was opened; null when none could be reached. */
  readonly path: string | null;
  /** Copies that are not there now: on a medium that is elsewhere, or lost. */
  readonly unreachable: readonly string[];
  readonly identities: readonly ProvenIdentity[];
  readonly verdicts: readonly DrillVerdict[];
  /** Classes for which no key was given now. */
  readonly notProvenNow: readonly RecipientClass[];
  /** What is wrong with it apart from the verdicts. */
  readonly problems: readonly string[];
  /** Sources of the keys that opened it. */
  readonly openedBy: readonly string[];
}

interface Attempt {
  readonly key: OpeningKey;
  readonly manifest: BackupManifest | null;
  readonly identities: readonly ProvenIdentity[];
  /** Null when it opened; `no match` when it is not sealed to the key. */
  readonly failure: 'no match' | { readonly message: string } | null;
}

/** Failures of a key itself: they tell nothing of the backup. */
const keyFailures: readonly string[] = [
  'AGE_PASSPHRASE_WRONG',
  'AGE_PLUGIN_MISSING',
  'AGE_PLUGIN_FAILED',
  'USAGE_NO_TERMINAL',
  'USAGE_PASSPHRASE',
  'INTERRUPTED',
];

/** Failures that have a place in the file. */
const damage: readonly string[] = ['AGE_PAYLOAD_INVALID', 'BACKUP_DAMAGED'];

/**
 * Opens one backup whole, in memory, once with each key, and judges each recipient class that is
 * required or that the backup has. Every copy that can be reached is compared with the catalogue.
 * Throws what a key throws of itself, FILE_UNREADABLE.
 */
export async function drillBackup(
  context: Context,
  { entry, paths }: DrillTarget,
  { keys, note }: DrillOpening,
  required: readonly RecipientClass[],
): Promise<DrilledBackup> {
  const unreachable: string[] = [];
  const problems: string[] = [];
  let path: string | undefined;
  let differing: string | undefined;
  for (const copy of paths) {
    const state = await stateOf(context, copy, entry);
    if (state === 'missing') unreachable.push(copy);
    else if (state === 'good') path ??= copy;
    else {
      differing ??= copy;
      problems.push(`the copy "${copy}" is ${state}: it is not the file of the catalogue`);
    }
  }
  // where every copy differs, opening one tells what is wrong with it
  path ??= differing;
  if (path === undefined) return { ...nothing(entry, unreachable), problems };

  const attempts: Attempt[] = [];
  for (const key of keys) attempts.push(await attempt(context, path, entry, { key, note }));
  const opened = attempts.find(({ failure }) => failure === null);
  const manifest = opened?.manifest ?? null;
  const recipients = manifest?.recipients ?? entry?.recipients ?? null;
  const backup = manifest?.id ?? entry?.id ?? null;
  const classes = [...new Set([...required, ...(recipients ?? []).map((one) => one.class)])];
  const judge = { path, backup: backup ?? '', at: context.clock.now().toISOString(), recipients };
  const verdicts = backup === null ? [] : classes.flatMap((one) => verdictOf(judge, one, attempts));
  return {
    backup,
    host: manifest?.host ?? entry?.host ?? null,
    createdAt: manifest?.createdAt ?? entry?.createdAt ?? null,
    path,
    unreachable,
    identities: opened?.identities ?? [],
    verdicts,
    notProvenNow: classes.filter((one) => !verdicts.some((verdict) => verdict.class === one)),
    problems: [...new Set([...problems, ...problemsOf(attempts, recipients)])],
    openedBy: attempts.filter(({ failure }) => failure === null).map(({ key }) => key.source),
  };
}

/** A file that the catalogue does not know has nothing to differ from. */
async function stateOf(context: Context, path: string, entry: CatalogueEntry | null): Promise<CopyState> {
  if (entry !== null) return copyState(context, path, entry);
  return context.files.stat(path) === null ? 'missing' : 'good';
}

function nothing(entry: CatalogueEntry | null, unreachable: readonly string[]): Omit<DrilledBackup, 'problems'> {
  const known = { backup: entry?.id ?? null, host: entry?.host ?? null, createdAt: entry?.createdAt ?? null };
  return { ...known, path: null, unreachable, identities: [], verdicts: [], notProvenNow: [], openedBy: [] };
}

async function attempt(
  context: Context,
  path: string,
  entry: CatalogueEntry | null,
  { key, note }: { readonly key: OpeningKey; readonly note: NoteOpened },
): Promise<Attempt> {
  try {
    const opened = await openBackup(context, path, [key.identity]);
    try {
      note(path, opened);
      compareEntry(entry, opened.manifest);
      return { key, manifest: opened.manifest, identities: await proveIdentities(opened), failure: null };
    } finally {
      opened.wipe();
    }
  } catch (error) {
    if (!(error instanceof ValopsError) || keyFailures.includes(error.code)) throw error;
    const failed = { key, manifest: null, identities: [] };
    if (error.code === 'AGE_NO_IDENTITY_MATCH') return { ...failed, failure: 'no match' };
    const where = damage.includes(error.code) ? await locateWithKey(context, path, [key.identity]) : undefined;
    return { ...failed, failure: { message: where === undefined ? error.message : `${error.message} (${where})` } };
  }
}

/** The catalogue was written by the host that made the backup: what it says is a second witness. */
function compareEntry(entry: CatalogueEntry | null, { id, recipients, identities }: BackupManifest): void {
  if (entry === null) return;
  const names = (list: readonly { readonly kind: string; readonly publicId: string }[]): string =>
    list
      .map(({ kind, publicId }) => `${kind} ${publicId}`)
      .toSorted()
      .join(', ');
  const seals = (list: readonly BackupRecipient[]): string =>
    list
      .map((one) => `${one.class} ${one.fingerprint}`)
      .toSorted()
      .join(', ');
  if (id !== entry.id) throw damaged(`it is backup ${id}, the catalogue says ${entry.id}`);
  if (names(identities) !== names(entry.identities)) {
    throw damaged(
      `it holds ${names(identities) || 'no identity'}, the catalogue says ${names(entry.identities) || 'none'}`,
    );
  }
  if (seals(recipients) !== seals(entry.recipients)) {
    throw damaged(`its manifest names the recipients ${seals(recipients)}, the catalogue ${seals(entry.recipients)}`);
  }
}

interface Judge {
  readonly path: string;
  readonly backup: string;
  readonly at: string;
  readonly recipients: readonly BackupRecipient[] | null;
}

function verdictOf(judge: Judge, of: RecipientClass, attempts: readonly Attempt[]): readonly DrillVerdict[] {
  const { path, backup, at, recipients } = judge;
  const verdict = (passed: boolean, detail: string, keys: readonly string[] = []): readonly DrillVerdict[] => [
    { backup, class: of, at, passed, path, detail, keys },
  ];
  if (recipients !== null && !recipients.some((one) => one.class === of)) {
    return verdict(false, 'it is not sealed to any recipient of this class');
  }
  // a whole escrow key proves nothing of the trustees
  const own = attempts.filter(({ key }) => classOf(key, recipients) === of && (of !== 'escrow' || key.quorum));
  if (own.length === 0) return [];
  const keys = own.flatMap(({ key }) => key.fingerprints);
  const failed = own.find(({ failure }) => failure !== null);
  const failure = failed?.failure ?? null;
  if (failure === 'no match') return verdict(false, `"${failed?.key.source}" does not open it`, keys);
  if (failure !== null) return verdict(false, failure.message, keys);
  const derived = own[0]?.identities ?? [];
  const cards = derived.filter(({ card }) => card).length;
  const ids = derived.map(({ publicId }) => publicId).join(', ');
  return verdict(true, ids === '' ? 'whole; no identity in it' : `derived ${ids}; cards compared: ${cards}`, keys);
}

function classOf(key: OpeningKey, recipients: readonly BackupRecipient[] | null): RecipientClass | undefined {
  return recipients?.find(({ fingerprint }) => key.fingerprints.includes(fingerprint))?.class;
}

/** Failures that belong to no class, and openings that prove none. */
function problemsOf(attempts: readonly Attempt[], recipients: readonly BackupRecipient[] | null): readonly string[] {
  // of a file that nobody knows, that it does not open is all there is to say
  if (recipients === null && attempts.every(({ failure }) => failure === 'no match'))
    return ['none of the keys opens it'];
  return attempts.flatMap(({ key, failure }) => {
    if (classOf(key, recipients) !== undefined || failure === 'no match') return [];
    if (failure !== null) return [failure.message];
    return [`"${key.source}" opens it and is not among its recorded recipients`];
  });
}
