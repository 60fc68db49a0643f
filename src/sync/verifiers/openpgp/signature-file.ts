import { readCleartextMessage, readSignature, type SignaturePacket } from '../openpgp-library.ts';

/** Most signatures looked at in one file. */
const most = 256;

/** What a signature file holds. `text`: what a clear-signed file signs, with LF line ends. */
export interface SignatureFile {
  readonly packets: readonly SignaturePacket[];
  readonly text?: string;
}

const block = /-----BEGIN PGP SIGNATURE-----[\s\S]*?-----END PGP SIGNATURE-----/g;
/** Dashes at the start of a line of the text itself are escaped (RFC 9580 section 7.2). */
const marker = /^-----[A-Z ]+-----\s*$/gm;
const clearSigned = [
  '-----BEGIN PGP SIGNED MESSAGE-----',
  '-----BEGIN PGP SIGNATURE-----',
  '-----END PGP SIGNATURE-----',
];

/**
 * Reads detached signatures (armored, in any number of blocks, or binary) or one clear-signed message
 * with nothing around it. Throws an Error whose message says what is wrong with the file.
 */
export async function readSignatureFile(bytes: Uint8Array): Promise<SignatureFile> {
  const latin = Buffer.from(bytes).toString('latin1');
  if (latin.includes('-----BEGIN PGP SIGNED MESSAGE-----')) {
    // decoded as UTF-8 because the library signs what it encodes as such
    const message = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
    const markers = (message.match(marker) ?? []).map((line) => line.trim());
    if (!message.startsWith('-----') || !message.endsWith('-----') || markers.join('\n') !== clearSigned.join('\n')) {
      throw new Error('it is not one clear-signed message with nothing around it');
    }
    return readClearSigned(message);
  }
  const blocks = latin.match(block);
  const files =
    blocks === null
      ? [await readSignature({ binarySignature: bytes })]
      : await Promise.all(blocks.map((armoredSignature) => readSignature({ armoredSignature })));
  return { packets: bounded(files.flatMap(({ packets }) => [...packets])) };
}

async function readClearSigned(cleartextMessage: string): Promise<SignatureFile> {
  const message = await readCleartextMessage({ cleartextMessage });
  // without keys nothing verifies; this is the public way to the packets
  const results = await message.verify([]);
  const files = await Promise.all(
    results.map(({ verified, signature }) => {
      verified.catch(() => undefined);
      return signature;
    }),
  );
  return { packets: bounded(files.flatMap(({ packets }) => [...packets])), text: message.getText() };
}

function bounded(packets: readonly SignaturePacket[]): readonly SignaturePacket[] {
  if (packets.length === 0) throw new Error('it holds no signature');
  if (packets.length > most) throw new Error(`it holds ${packets.length} signatures, more than ${most}`);
  return packets;
}
