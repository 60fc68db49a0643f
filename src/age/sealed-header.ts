import { ValopsError } from '../lib/errors.ts';
import { armorBegin } from './armor.ts';
import { dearmor } from './dearmor.ts';
import { openHeader, readStanzas, splitHeader } from './header.ts';
import type { Identity } from './identity.ts';
import { describeStanza, type InspectedRecipient } from './inspect.ts';
import { unwrapWithAny } from './match.ts';

/** The header of a sealed file, read without its payload. */
export interface SealedHeader {
  readonly armored: boolean;
  /** Not authenticated. */
  readonly stanzas: readonly InspectedRecipient[];
  /**
   * The 16-byte file key, once the header was authenticated with it; null when the file is not for this
   * identity. Throws AGE_HEADER_INVALID, and what the identity itself fails with.
   */
  fileKeyFor(identity: Identity): Promise<Uint8Array | null>;
}

/** Whether bytes begin as an age file does, armored or not. */
export function beginsAsSealed(start: Uint8Array): boolean {
  const text = Buffer.from(start.subarray(0, 2048)).toString('latin1');
  return text.startsWith('age-encryption.org/') || text.trimStart().startsWith(armorBegin);
}

/** Reads a header, and of the payload what comes with it. Throws AGE_ARMOR_INVALID, AGE_HEADER_INVALID. */
export async function readSealedHeader(source: AsyncIterable<Uint8Array>): Promise<SealedHeader> {
  const { armored, bytes } = await dearmor(source);
  const split = await splitHeader(bytes);
  await split.payload.return(undefined);
  const header = Uint8Array.from(split.header);
  return {
    armored,
    stanzas: (await readStanzas(header)).map(describeStanza),
    fileKeyFor: async (identity) => {
      try {
        return await openHeader(header, (stanzas) => unwrapWithAny(stanzas, [identity]));
      } catch (error) {
        if (error instanceof ValopsError && error.code === 'AGE_NO_IDENTITY_MATCH') return null;
        throw error;
      }
    },
  };
}

/** Stands for a file key that is known already: opens the one file it is of. */
export function fileKeyIdentity(fileKey: Uint8Array, source: string): Identity {
  return { recipient: undefined, source, unwrapFileKey: async () => fileKey.slice() };
}
