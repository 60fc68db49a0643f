import { Decrypter } from 'age-encryption';
import type { Stanza } from 'age-encryption';
import { dearmor } from './dearmor.ts';
import { splitHeader } from './header.ts';

/** One stanza of a header, as far as it is public. */
export interface InspectedRecipient {
  readonly type: string;
}

/** What an age file tells without a key. Sizes in bytes, without armor. */
export interface Inspection {
  readonly version: string;
  readonly armored: boolean;
  readonly postQuantum: boolean;
  readonly recipients: readonly InspectedRecipient[];
  readonly headerSize: number;
  readonly payloadSize: number;
  readonly plaintextSize: number;
}

/** Reads a sealed file in constant memory. Throws AGE_HEADER_INVALID, AGE_PAYLOAD_INVALID. */
export async function inspect(source: AsyncIterable<Uint8Array>): Promise<Inspection> {
  const { armored, bytes } = await dearmor(source);
  const { header, payload } = await splitHeader(bytes);
  let seen: readonly Stanza[] = [];
  const decrypter = new Decrypter();
  decrypter.addIdentity({ unwrapFileKey: (stanzas: readonly Stanza[]) => ((seen = stanzas), null) });
  await decrypter.decryptHeader(header).catch(() => undefined);
  let payloadSize = 0;
  for await (const block of payload) payloadSize += block.length;
  const chunks = Math.max(1, Math.ceil((payloadSize - 16) / 65_552));
  return {
    version: 'age-encryption.org/v1',
    armored,
    postQuantum: seen.every(({ args }) => ['mlkem768x25519', 'mlkem768p256tag', 'scrypt'].includes(args[0] ?? '')),
    recipients: seen.map(({ args }) => ({ type: args[0] ?? '' })),
    headerSize: header.length,
    payloadSize,
    plaintextSize: payloadSize - 16 - 16 * chunks,
  };
}
