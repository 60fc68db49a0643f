import { extname, join } from 'node:path';
import { ageDoors } from '../age/doors.ts';
import { isSealedText } from './sealed-text.ts';
import { parseIdentityFile } from '../age/identities.ts';
import { parseRecipientsFile } from '../age/recipients.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';

/** A private key on this machine, and the recipients it opens for. */
export interface PrivateKey {
  readonly path: string;
  readonly fingerprints: readonly string[];
}

/** What a search found; `whole` is false when it met its bound. */
export interface KeySearch {
  readonly keys: readonly PrivateKey[];
  /** Files that a passphrase protects and that may be keys: whose, nothing beside them tells. */
  readonly untold: readonly string[];
  readonly whole: boolean;
}

/** Largest file that is taken for a key, in bytes. */
const keyLimit = 64 * 1024;
/** First bytes of what is sealed to a passphrase (age-encryption.org/v1, "The scrypt recipient type"). */
const passphraseStart = 'age-encryption.org/v1\n-> scrypt ';
/** Files that are looked at in one search. */
const mostFiles = 20_000;

/**
 * Looks for age and SSH private keys in the files of a directory and, `depth` levels down, of those
 * below it. Links are not followed; what cannot be read is passed over. Nothing is opened, no passphrase is asked for:
 * a protected key is told by its `.pub` file.
 */
export async function findPrivateKeys(context: Context, directory: string, depth: number): Promise<KeySearch> {
  const keys: PrivateKey[] = [];
  const untold: string[] = [];
  let left = mostFiles;
  const pending = [{ path: directory, depth }];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    for (const name of namesIn(context, next.path)) {
      if (left-- <= 0) return { keys, untold, whole: false };
      const path = join(next.path, name);
      const stat = context.files.stat(path);
      if (stat?.type === 'directory' && next.depth > 0) pending.push({ path, depth: next.depth - 1 });
      if (stat?.type !== 'file' || stat.size === 0 || stat.size > keyLimit) continue;
      const fingerprints = await fingerprintsOf(context, path);
      if (fingerprints === 'untold') untold.push(path);
      else if (fingerprints.length > 0) keys.push({ path, fingerprints });
    }
  }
  return { keys, untold, whole: true };
}

/** Fingerprints of the recipients in a public key file; empty when it is none. */
export function publicFingerprints(context: Context, path: string): readonly string[] {
  if (context.files.stat(path)?.type !== 'file') return [];
  return quietly(() =>
    parseRecipientsFile(context.files.read(path, keyLimit), path, ageDoors(context).plugins).map(
      ({ fingerprint }) => fingerprint,
    ),
  );
}

async function fingerprintsOf(context: Context, path: string): Promise<readonly string[] | 'untold'> {
  const [bytes] = quietly(() => [context.files.read(path, keyLimit)]);
  if (bytes === undefined) return [];
  try {
    const text = Buffer.from(bytes).toString('latin1');
    if (isSealedText(text)) return besides(context, path) ?? (isProtected(text) ? 'untold' : []);
    if (!/^AGE-SECRET-KEY-/m.test(text) && !/^\s*-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return [];
    const doors = ageDoors(context);
    const identities = await parseIdentityFile(bytes, { ...doors, name: path });
    return identities.flatMap(({ recipient }) => (recipient === undefined ? [] : [recipient.fingerprint]));
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    // a key in an old or broken form still has its public half beside it
    return besides(context, path) ?? 'untold';
  } finally {
    bytes.fill(0);
  }
}

/** A key that is sealed to a passphrase tells its recipient only by the file beside it. */
function besides(context: Context, path: string): readonly string[] | undefined {
  const stem = path.slice(0, path.length - extname(path).length);
  const found = [`${stem}.pub`, `${path}.pub`].flatMap((name) => publicFingerprints(context, name));
  return found.length === 0 ? undefined : found;
}

/** Sealed to a passphrase, in binary form or as armor: age files begin with their first stanza. */
function isProtected(text: string): boolean {
  const armored = Buffer.from(passphraseStart).toString('base64').slice(0, -4);
  return text.startsWith(passphraseStart) || text.split(/\r?\n/, 2)[1]?.startsWith(armored) === true;
}

function namesIn(context: Context, directory: string): readonly string[] {
  return quietly(() => context.files.list(directory));
}

function quietly<T>(work: () => readonly T[]): readonly T[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof ValopsError) return [];
    throw error;
  }
}
