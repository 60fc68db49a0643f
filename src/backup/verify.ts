import { basename } from 'node:path';
import type { Identity } from '../age/identity.ts';
import { inspect, type Inspection } from '../age/inspect.ts';
import type { Context } from '../core/context.ts';
import { recipientsDifference } from '../identity/compare-sealed.ts';
import { digestFile, type Digest } from '../lib/digest.ts';
import { ValopsError, type ErrorCode } from '../lib/errors.ts';
import { readCatalogue, updateCatalogue } from './catalogue-file.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { copyState } from './copy-state.ts';
import { locateAgainst, locateWithKey } from './locate.ts';
import { withOpeningKeys, type OpeningArguments } from './open-backup-keys.ts';
import { proveIdentities, type ProvenIdentity } from './open-backup-proof.ts';
import { openBackup } from './open-backup.ts';

/** What a key showed of a backup: every byte authentic, every member that of the manifest. */
export interface VerifiedContent {
  readonly id: string;
  readonly host: string;
  readonly createdAt: string;
  readonly members: number;
  readonly identities: readonly ProvenIdentity[];
  /** Fingerprint or file name of the key. */
  readonly openedBy: string;
}

/** One file that was verified. */
export interface VerifiedBackup {
  readonly path: string;
  /** Null when the file could not be read. */
  readonly sha256: string | null;
  readonly size: number | null;
  /** The backup that the catalogue has of these bytes, or of this path or name. */
  readonly backup: Pick<CatalogueEntry, 'id' | 'host' | 'createdAt' | 'recipients'> | null;
  /** `proven` by a key, `intact` by the digest of the catalogue; `unproven` by neither. */
  readonly verdict: 'proven' | 'intact' | 'unproven' | 'damaged' | 'unreadable';
  /** What is wrong; null when nothing is. */
  readonly problem: string | null;
  /** Where, as far as it can be told. */
  readonly where: string | null;
  readonly content: VerifiedContent | null;
}

/** What an operator gets to see as a verdict on the file; other errors end the command. */
const damage: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'AGE_HEADER_INVALID',
  'AGE_ARMOR_INVALID',
  'AGE_PAYLOAD_INVALID',
  'AGE_NO_IDENTITY_MATCH',
  'BACKUP_DAMAGED',
  'IDENTITY_PAYLOAD_INVALID',
  'IDENTITY_CARD_INVALID',
  'IDENTITY_CARD_MISMATCH',
]);

/**
 * Verifies backups, each alone. Without a key: that each is an age file of a possible length, and its
 * digest and recipients against the catalogue. With keys: every byte and member, and each public id
 * derived again, in memory; journalled as one opening. Throws what a key throws, and
 * BACKUP_CATALOGUE_BROKEN.
 */
export async function verifyBackups(
  context: Context,
  paths: readonly string[],
  opening: OpeningArguments,
): Promise<readonly VerifiedBackup[]> {
  const all = async (identities: readonly Identity[]): Promise<readonly VerifiedBackup[]> => {
    const verified: VerifiedBackup[] = [];
    for (const path of paths) verified.push(await verifyOne(context, path, identities));
    return verified;
  };
  if (opening.identityFiles.length === 0) return all([]);
  return withOpeningKeys(
    context,
    opening,
    { action: 'backup.verify', purpose: 'verify backups', details: { files: paths } },
    (keys) => all(keys.map(({ identity }) => identity)),
    (verified) => ({ verdicts: verified.map(({ verdict }) => verdict) }),
  );
}

async function verifyOne(context: Context, path: string, identities: readonly Identity[]): Promise<VerifiedBackup> {
  const none = { path, sha256: null, size: null, backup: null, where: null, content: null };
  let digest: Digest;
  try {
    digest = await digestFile(context, path);
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    return { ...none, verdict: 'unreadable', problem: error.message };
  }
  const entry = entryFor(context, path, digest);
  const { id, host, createdAt, recipients } = entry ?? {};
  const backup =
    id === undefined || host === undefined || createdAt === undefined || recipients === undefined
      ? null
      : { id, host, createdAt, recipients };
  const base = { ...none, ...digest, backup };
  const container = await containerProblem(context, path, digest, entry);
  if (identities.length > 0 && container?.whole !== false) {
    const content = await verifyContent(context, path, identities);
    if (content.verdict === 'proven') {
      // authentic to its last byte: where the catalogue has other bytes, it is another backup
      if (container === null && entry !== undefined) noteVerified(context, entry, path);
      return { ...base, ...content, ...(container === null ? {} : { backup: null }) };
    }
    if (container === null) return { ...base, ...content };
    return { ...base, ...content, verdict: 'damaged', where: container.where ?? content.where };
  }
  if (container !== null) {
    return { ...base, verdict: 'damaged', problem: container.problem, where: container.where ?? null };
  }
  if (entry === undefined) {
    return {
      ...base,
      verdict: 'unproven',
      problem: 'the catalogue of this home does not know it; prove it with -i KEY',
    };
  }
  noteVerified(context, entry, path);
  return { ...base, verdict: 'intact', problem: null };
}

/** By its bytes; else the one that should be there, so that it can be said what changed. */
function entryFor(context: Context, path: string, { sha256 }: Digest): CatalogueEntry | undefined {
  const backups = readCatalogue(context)?.backups ?? [];
  const real = context.files.realPath(path);
  return (
    backups.find((entry) => entry.sha256 === sha256) ??
    backups.find(({ copies }) => copies.some((copy) => copy.path === real)) ??
    backups.findLast(({ file }) => file === basename(real))
  );
}

interface ContainerProblem {
  readonly problem: string;
  readonly where: string | undefined;
  /** Whether it is an age file at all, of a possible length: then a key may tell more. */
  readonly whole: boolean;
}

async function containerProblem(
  context: Context,
  path: string,
  digest: Digest,
  entry: CatalogueEntry | undefined,
): Promise<ContainerProblem | null> {
  let inspection: Inspection;
  const changed =
    entry === undefined || entry.sha256 === digest.sha256
      ? undefined
      : `its sha256 is ${digest.sha256} (${digest.size} bytes), the catalogue says ${entry.sha256} (${entry.size} bytes)`;
  const against = changed === undefined ? undefined : await locateAgainstCopies(context, path, entry);
  try {
    inspection = await inspect(context.files.stream(path));
  } catch (error) {
    if (!(error instanceof ValopsError) || !damage.has(error.code)) throw error;
    const part = error.code === 'AGE_PAYLOAD_INVALID' ? 'payload' : 'header';
    return { problem: error.message, where: against ?? part, whole: false };
  }
  if (changed !== undefined) return { problem: changed, where: against, whole: true };
  if (entry === undefined) return null;
  const difference = recipientsDifference(inspection.recipients, entry.recipients, 'the catalogue');
  return difference === undefined ? null : { problem: difference, where: 'header', whole: true };
}

/** Against another copy of the same backup, when one is good. */
async function locateAgainstCopies(
  context: Context,
  path: string,
  entry: CatalogueEntry | undefined,
): Promise<string | undefined> {
  for (const copy of entry?.copies ?? []) {
    if (entry !== undefined && (await copyState(context, copy.path, entry)) === 'good') {
      return locateAgainst(context, path, copy.path);
    }
  }
  return undefined;
}

async function verifyContent(
  context: Context,
  path: string,
  identities: readonly Identity[],
): Promise<Pick<VerifiedBackup, 'verdict' | 'problem' | 'where' | 'content'>> {
  try {
    const opened = await openBackup(context, path, identities);
    try {
      const proven = await proveIdentities(opened);
      const { id, host, createdAt, members } = opened.manifest;
      const { recipient, source } = opened.openedBy;
      const openedBy = recipient?.fingerprint ?? source;
      const content = { id, host, createdAt, members: members.length, identities: proven, openedBy };
      return { verdict: 'proven', problem: null, where: null, content };
    } finally {
      opened.wipe();
    }
  } catch (error) {
    if (!(error instanceof ValopsError) || !damage.has(error.code)) throw error;
    if (error.code === 'AGE_NO_IDENTITY_MATCH') {
      return { verdict: 'unproven', problem: error.message, where: null, content: null };
    }
    const where = (await locateWithKey(context, path, identities)) ?? null;
    return { verdict: 'damaged', problem: error.message, where, content: null };
  }
}

/** The catalogue remembers when a copy was last read back. */
function noteVerified(context: Context, entry: CatalogueEntry, path: string): void {
  const real = context.files.realPath(path);
  const at = context.clock.now().toISOString();
  updateCatalogue(context, (now) => {
    if (!entry.copies.some((copy) => copy.path === real)) return now;
    return {
      ...now,
      backups: now.backups.map((one) =>
        one.id === entry.id
          ? { ...one, copies: one.copies.map((copy) => (copy.path === real ? { ...copy, verifiedAt: at } : copy)) }
          : one,
      ),
    };
  });
}
