import { ageDoors } from '../../age/doors.ts';
import { armorBegin } from '../../age/armor.ts';
import { gatherIdentities } from '../../age/gather.ts';
import type { Identity } from '../../age/identities.ts';
import type { Opening } from '../../age/opening.ts';
import type { Context } from '../../core/context.ts';
import { ValopsError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import { keyFiles } from '../key-files.ts';
import type { ReadShare } from './combine.ts';
import { parseShareFile } from './share-file.ts';
import { readShareText } from './share-text.ts';

/** How a command names shares, and the keys of trustees for those that are sealed. */
export interface ShareArguments {
  /** Share files (sealed or clear), pages, files of typed lines; `-` is standard input. */
  readonly shares: readonly string[];
  /** Without any, the key of `environment` on this machine is tried. */
  readonly identityFiles: readonly string[];
  readonly environment: string | undefined;
  readonly passphraseFd: number | undefined;
}

/** A sealed share that is not opened yet. */
export interface SealedShare {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What was read, before any key is used. */
export interface ShareSources {
  readonly clear: readonly ReadShare[];
  readonly sealed: readonly SealedShare[];
  /** For `sealed`; empty when nothing is sealed. */
  readonly identities: readonly Identity[];
}

/**
 * Reads all shares, and the keys for the sealed ones. Throws ESCROW_SHARE_INVALID for a clear share
 * that is not whole, USAGE, KEY_NOT_FOUND, AGE_IDENTITY_INVALID and what reading files throws.
 */
export async function readSources(context: Context, given: ShareArguments): Promise<ShareSources> {
  refuseDoubleInput(given);
  const clear: ReadShare[] = [];
  const sealed: SealedShare[] = [];
  for (const path of given.shares) {
    const read = await readSource(context, path);
    if ('bytes' in read) sealed.push(read);
    else clear.push(...read);
  }
  const [first] = sealed;
  return { clear, sealed, identities: first === undefined ? [] : await keysFor(context, given, first) };
}

/** Standard input can be read once. Throws USAGE. */
export function refuseDoubleInput({ shares, identityFiles }: ShareArguments): void {
  if ([...shares, ...identityFiles].filter((path) => path === '-').length <= 1) return;
  throw new ValopsError('USAGE', 'standard input is named more than once', { hint: 'Give the shares as files.' });
}

/** One argument: a sealed share, or all shares of a clear file. Throws as `readSources`. */
export async function readSource(context: Context, path: string): Promise<SealedShare | readonly ReadShare[]> {
  const name = path === '-' ? 'standard input' : path;
  const bytes = path === '-' ? await ageDoors(context).read(path) : context.files.read(path);
  return isSealed(bytes) ? { name, bytes } : readClear(new Secret(bytes), name);
}

/** The keys that were given to open sealed shares, or this machine's own. */
export async function keysFor(
  context: Context,
  given: ShareArguments,
  sealed: SealedShare,
): Promise<readonly Identity[]> {
  const doors = ageDoors(context, given.passphraseFd);
  if (given.identityFiles.length > 0) return gatherIdentities(given.identityFiles, doors);
  const { identityFile } = keyFiles(context, given.environment);
  if (context.files.stat(identityFile) !== null) return gatherIdentities([identityFile], doors);
  throw new ValopsError('KEY_NOT_FOUND', `"${sealed.name}" is sealed to its trustee, and no key was given to open it`, {
    hint: "Name the trustee's private key with -i KEYFILE.",
  });
}

/**
 * All shares of the sources; the sealed ones are opened now. One that none of the keys opens is left
 * out with a warning. Throws ESCROW_SHARE_INVALID naming every share that is not whole, and what a
 * key throws.
 */
export async function openSources(
  context: Context,
  opening: Opening,
  { clear, sealed }: Pick<ShareSources, 'clear' | 'sealed'>,
): Promise<readonly ReadShare[]> {
  const opened: ReadShare[] = [...clear];
  const damaged: string[] = [];
  for (const share of sealed) {
    try {
      opened.push(...(await openSource(opening, share)));
    } catch (error) {
      if (!(error instanceof ValopsError)) throw error;
      if (error.code === 'AGE_NO_IDENTITY_MATCH') {
        context.events.emit({ kind: 'warning', message: `"${share.name}" is left out: none of the keys opens it` });
      } else if (error.code === 'ESCROW_SHARE_INVALID') damaged.push(error.message);
      else throw error;
    }
  }
  if (damaged.length === 0) return opened;
  throw new ValopsError('ESCROW_SHARE_INVALID', damaged.join('; '), {
    hint: 'Take other copies of these shares, or leave them out and bring those of other trustees.',
  });
}

/** The shares of one sealed file. Throws ESCROW_SHARE_INVALID when it is damaged, AGE_NO_IDENTITY_MATCH. */
export async function openSource(opening: Opening, { name, bytes }: SealedShare): Promise<readonly ReadShare[]> {
  let content: Secret;
  try {
    content = await opening.bytes(name, bytes);
  } catch (cause) {
    if (!(cause instanceof ValopsError)) throw cause;
    const isDamage = ['AGE_ARMOR_INVALID', 'AGE_HEADER_INVALID', 'AGE_PAYLOAD_INVALID'].includes(cause.code);
    throw new ValopsError(
      isDamage ? 'ESCROW_SHARE_INVALID' : cause.code,
      `"${name}" ${isDamage ? 'is damaged' : 'cannot be opened'}: ${cause.message}`,
      { ...(cause.hint === undefined ? {} : { hint: cause.hint }), cause },
    );
  }
  return readClear(content, name);
}

/** Whether bytes are an age file, armored or not. */
export function isSealed(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 256)).toString('latin1').trimStart();
  return start.startsWith('age-encryption.org/') || start.startsWith(armorBegin);
}

/** The shares in a clear file: the JSON of one, a page, or lines. `content` is wiped. Throws ESCROW_SHARE_INVALID. */
export function readClear(content: Secret, name: string): readonly ReadShare[] {
  try {
    return content.useText((text) => {
      if (!text.trimStart().startsWith('{')) {
        return readShareText(text, name).map((share) => ({ name, share, label: undefined }));
      }
      return [{ name, ...parseShareFile(text, name) }];
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ValopsError('ESCROW_SHARE_INVALID', `"${name}" is not a share: it is not text`, {
      hint: 'Give a share file, a page, or the lines of one.',
    });
  } finally {
    content.wipe();
  }
}
