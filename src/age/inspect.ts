import type { Stanza } from 'age-encryption';
import { ValopsError } from '../lib/errors.ts';
import { dearmor } from './dearmor.ts';
import { readStanzas, splitHeader } from './header.ts';
import { chunkSize, nonceSize, tagSize } from './stream.ts';

/** One stanza of a header, as far as it is public. */
export interface InspectedRecipient {
  readonly type: string;
  /** `ssh-…`, `p256tag`, `mlkem768p256tag`: the short tag which names the key. */
  readonly tag?: string;
  /** `scrypt`: base-2 logarithm of the work factor. */
  readonly workFactor?: number;
}

/** What an age file tells without a key. Sizes in bytes, without armor. */
export interface Inspection {
  readonly version: string;
  readonly armored: boolean;
  /** True when every stanza is of a type known to resist quantum computers (as age-inspect has it). */
  readonly postQuantum: boolean;
  readonly recipients: readonly InspectedRecipient[];
  /** The header with its MAC line. */
  readonly headerSize: number;
  /** Nonce, ciphertext and tags. */
  readonly payloadSize: number;
  /** What comes out when the file is opened. */
  readonly plaintextSize: number;
}

const version = 'age-encryption.org/v1';
const postQuantumTypes: ReadonlySet<string> = new Set(['mlkem768x25519', 'mlkem768p256tag', 'scrypt']);
const taggedTypes: ReadonlySet<string> = new Set(['ssh-ed25519', 'ssh-rsa', 'p256tag', 'mlkem768p256tag', 'piv-p256']);

/**
 * Reads a sealed file to its end, in constant memory. Nothing is authenticated: that needs a key.
 * Throws AGE_ARMOR_INVALID, AGE_HEADER_INVALID, and AGE_PAYLOAD_INVALID for a size no payload has.
 */
export async function inspect(source: AsyncIterable<Uint8Array>): Promise<Inspection> {
  const { armored, bytes } = await dearmor(source);
  const { header, payload } = await splitHeader(bytes);
  try {
    const stanzas = await readStanzas(header);
    let payloadSize = 0;
    for await (const block of payload) payloadSize += block.length;
    return {
      version,
      armored,
      postQuantum: stanzas.every(({ args: [type = ''] }) => postQuantumTypes.has(type)),
      recipients: stanzas.map(describeStanza),
      headerSize: header.length,
      payloadSize,
      plaintextSize: plaintextSizeOf(payloadSize),
    };
  } finally {
    await payload.return(undefined);
  }
}

/** What a stanza tells of whom it is for. */
export function describeStanza({ args }: Stanza): InspectedRecipient {
  const [type = '', first, second] = args;
  if (type === 'scrypt' && second !== undefined) return { type, workFactor: Number(second) };
  return taggedTypes.has(type) && first !== undefined ? { type, tag: first } : { type };
}

function plaintextSizeOf(payloadSize: number): number {
  const sealedSize = payloadSize - nonceSize;
  const chunks = Math.ceil(sealedSize / (chunkSize + tagSize));
  const size = sealedSize - chunks * tagSize;
  // Only an empty plaintext has an empty chunk, and it has exactly one.
  if (chunks < 1 || size < 0 || Math.max(1, Math.ceil(size / chunkSize)) !== chunks) {
    throw new ValopsError('AGE_PAYLOAD_INVALID', `no payload has the size ${payloadSize} bytes`, {
      hint: 'Fetch the file again: it was cut short or extended.',
    });
  }
  return size;
}
