import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { parseCard } from '../identity/card.ts';
import { ValopsError } from '../lib/errors.ts';
import { knownBackups, type KnownBackup } from './catalogue.ts';
import { readRecords, type ResealRecord } from './record.ts';

/** What public records say of sealed files, by the SHA-256 of the file. A header alone does not name its recipients. */
export interface Knowledge {
  /** Sizes of the files that are known: others need not be hashed. */
  readonly sizes: ReadonlySet<number>;
  /** Fingerprints of those a file is sealed to, sorted. */
  readonly recipients: ReadonlyMap<string, readonly string[]>;
  /** Paths of the cards that name a file. */
  readonly cards: ReadonlyMap<string, readonly string[]>;
  /** The escrow set that a file is a share of. */
  readonly shares: ReadonlyMap<string, string>;
  readonly backups: ReadonlyMap<string, KnownBackup>;
  /** Of earlier runs that are done, oldest first. */
  readonly records: readonly ResealRecord[];
}

/** Largest public record that is looked into, in bytes. */
const documentLimit = 256 * 1024;

/** Gathers what cards and escrow records in the directories and in `$VALOPS_HOME/cards` say, and earlier runs and the catalogue. */
export function gatherKnowledge(context: Context, directories: ReadonlySet<string>): Knowledge {
  const sizes = new Set<number>();
  const recipients = new Map<string, readonly string[]>();
  const cards = new Map<string, readonly string[]>();
  const shares = new Map<string, string>();
  const records = readRecords(context, 'done');
  for (const { replacements, recipientSets } of records) {
    const sorted = recipientSets.map((set) => set.toSorted());
    for (const { after, set } of replacements) {
      if (set === null) continue;
      sizes.add(after.size);
      recipients.set(after.sha256, sorted[set] ?? []);
    }
  }
  const backups = new Map(knownBackups(context).map((backup) => [backup.sha256, backup]));
  for (const { size } of backups.values()) sizes.add(size);
  for (const [path, document] of publicRecords(context, new Set([...directories, join(context.home.path, 'cards')]))) {
    if (document['schema'] === 'valops/identity-card/1') {
      const sealed = sealedOfCard(context, path);
      if (sealed === null) continue;
      sizes.add(sealed.size);
      recipients.set(sealed.sha256, sealed.recipients.map(({ fingerprint }) => fingerprint).toSorted());
      cards.set(sealed.sha256, [...(cards.get(sealed.sha256) ?? []), path]);
    }
    if (document['schema'] === 'valops/escrow-set/1') {
      for (const digest of digestsOfShares(document)) shares.set(digest, String(document['set']));
    }
  }
  return { sizes, recipients, cards, shares, backups, records };
}

function* publicRecords(
  context: Context,
  directories: ReadonlySet<string>,
): Generator<readonly [string, Readonly<Record<string, unknown>>]> {
  for (const directory of directories) {
    for (const name of context.files.list(directory)) {
      const path = join(directory, name);
      if (!name.endsWith('.json') || context.files.stat(path)?.type !== 'file') continue;
      const document = documentAt(context, path);
      if (document !== null) yield [path, document];
    }
  }
}

function documentAt(context: Context, path: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(context.files.read(path, documentLimit)));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    // Somebody else's JSON, or none: only what says itself that it is ours counts.
    if (error instanceof SyntaxError || (error instanceof ValopsError && error.code === 'FILE_TOO_LARGE')) return null;
    throw error;
  }
}

function sealedOfCard(context: Context, path: string): ReturnType<typeof parseCard>['sealed'] | null {
  try {
    return parseCard(context.files.read(path), path).sealed;
  } catch (error) {
    if (!(error instanceof ValopsError) || error.code !== 'IDENTITY_CARD_INVALID') throw error;
    context.events.emit({ kind: 'warning', message: `${error.message}; it is left as it is` });
    return null;
  }
}

function digestsOfShares(document: Readonly<Record<string, unknown>>): readonly string[] {
  const shares: unknown = document['shares'];
  if (!Array.isArray(shares)) return [];
  return shares.flatMap((share: unknown) => {
    const sha256 = (share as { readonly sha256?: unknown } | null)?.sha256;
    return typeof sha256 === 'string' ? [sha256] : [];
  });
}
