import { ageDoors } from '../age/doors.ts';
import { parseIdentityFile, recipientsOfIdentityFile, type Identity } from '../age/identities.ts';
import type { Context } from '../core/context.ts';
import { journalled, type JournalRecord } from '../core/journal.ts';
import { recoverKey } from '../keys/escrow/recover.ts';
import type { JsonObject } from '../lib/canonical-json.ts';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import type { OpenedBackup } from './open-backup.ts';

/** The keys by which a command opens backups: private keys, or the shares of enough trustees. */
export interface OpeningArguments {
  /** Private keys; with `shares`, also those of the trustees whose shares are sealed. */
  readonly identityFiles: readonly string[];
  readonly shares: readonly string[];
  /** Ask for missing shares on the terminal. */
  readonly typed: boolean;
  readonly passphraseFd: number | undefined;
}

/** A key that may open a backup. */
export interface OpeningKey {
  readonly identity: Identity;
  /** Of its recipients, as far as they can be told. */
  readonly fingerprints: readonly string[];
  /** Name of the key file, or the escrow set. */
  readonly source: string;
  /** Whether trustees put it together just now. */
  readonly quorum: boolean;
}

/** Tells the journal that a key opened a file. */
export type NoteOpened = (file: string, opened: Pick<OpenedBackup, 'openedBy' | 'sha256'>) => void;

/**
 * Lends the keys to `work`, as one journalled operation, which says what was opened by which key
 * whether it succeeds or fails; a key that trustees put together is wiped when `work` settles, and
 * its recovery is an operation of its own. Throws USAGE when no key was
 * given, AGE_IDENTITY_INVALID, the ESCROW_ codes, and what `work` throws.
 */
export async function withOpeningKeys<T>(
  context: Context,
  given: OpeningArguments,
  record: Omit<JournalRecord, 'keys'>,
  work: (keys: readonly OpeningKey[], note: NoteOpened) => Promise<T>,
  summarise: (result: T) => JsonObject = () => ({}),
): Promise<T> {
  const hasShares = given.shares.length > 0 || given.typed;
  if (given.identityFiles.length === 0 && !hasShares) {
    throw new ValopsError('USAGE', 'no key was given to open the backup with', {
      hint: 'Name a private key with -i KEYFILE, or the shares of enough trustees with --share FILE.',
    });
  }
  const keys = await keysOfFiles(context, given);
  const names = keys.flatMap(({ fingerprints, source }) => (fingerprints.length > 0 ? fingerprints : [source]));
  const files: JsonObject[] = [];
  const note: NoteOpened = (file, { openedBy, sha256 }) => {
    files.push({ file, key: openedBy.recipient?.fingerprint ?? openedBy.source, sha256 });
  };
  const opened = (): JsonObject => (files.length === 0 ? {} : { opened: [...files] });
  return journalled(
    context.journal,
    { ...record, keys: names },
    async () => {
      if (!hasShares) return work(keys, note);
      const { shares, typed, identityFiles, passphraseFd } = given;
      return recoverKey(
        context,
        { shares, typed, identityFiles, passphraseFd, environment: undefined },
        { action: 'keys.escrow.recover', purpose: record.purpose },
        async ({ key, set }) => {
          const { identity, recipient } = key;
          const { fingerprint } = recipient;
          return work(
            [{ identity, fingerprints: [fingerprint], source: `escrow set ${set}`, quorum: true }, ...keys],
            note,
          );
        },
      );
    },
    (result) => ({ ...summarise(result), ...opened() }),
    opened,
  );
}

async function keysOfFiles(context: Context, given: OpeningArguments): Promise<readonly OpeningKey[]> {
  const doors = ageDoors(context, given.passphraseFd);
  const keys: OpeningKey[] = [];
  for (const source of given.identityFiles) {
    const bytes = await doors.read(source);
    const options = { name: source, plugins: doors.plugins, passphrase: askedOnce(doors.passphrase) };
    const identities = await parseIdentityFile(bytes, options);
    // the recipient of a protected key is known only once it is open, and this command opens it anyway
    const unnamed = identities.some(({ recipient }) => recipient === undefined);
    const recipients = unnamed ? await recipientsOfIdentityFile(bytes, options) : [];
    for (const identity of identities) {
      const own = identity.recipient === undefined ? recipients : [identity.recipient];
      keys.push({ identity, fingerprints: own.map(({ fingerprint }) => fingerprint), source, quorum: false });
    }
  }
  return keys;
}

/** A key file is read twice, its passphrase asked for once. */
function askedOnce(ask: (what: string) => Promise<Secret>): (what: string) => Promise<Secret> {
  const answers = new Map<string, Promise<Secret>>();
  return async (what) => {
    const answer = answers.get(what) ?? ask(what);
    answers.set(what, answer);
    return new Secret((await answer).use((bytes) => bytes.slice()));
  };
}
