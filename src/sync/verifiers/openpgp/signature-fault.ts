import { ReadableStream } from 'node:stream/web';
import { enums, type Key, type SignaturePacket } from '../openpgp-library.ts';
import { keyFault } from './key-fault.ts';

/**
 * What a signature covers. `text`: whether it may be a signature of text, which leaves the line ends
 * open; never for an artifact, whose every byte counts.
 */
export interface SignedData {
  readonly data: Uint8Array | { open(): AsyncIterable<Uint8Array> };
  readonly text: boolean;
}

/**
 * Why a signature by this key does not count, in one clause; undefined when it does: over exactly these
 * bytes, made when its key existed, by a strong digest (not MD5, SHA-1, RIPEMD-160), with a key that is
 * neither revoked nor expired at `now`. Data that comes in pieces is read once, and never held.
 */
export async function signatureFault(
  packet: SignaturePacket,
  key: Key,
  { data, text }: SignedData,
  now: Date,
): Promise<string | undefined> {
  const type = packet.signatureType;
  if (type !== enums.signature.binary && type !== enums.signature.text) return 'it is no signature of a document';
  if (type === enums.signature.text && !text) return 'it is a signature of text, which leaves the line ends open';
  const signing = key.getKeys(packet.issuerKeyID).find((one) => isIssuer(packet, one.getFingerprint()));
  if (signing === undefined) return 'its issuer is another key with the same key id';
  const fault = await keyFault(key, signing, now);
  if (fault !== undefined) return fault;
  const created = packet.created ?? new Date(Number.NaN);
  if (!(created >= signing.getCreationTime() && created >= key.getCreationTime())) {
    return 'it is dated before its key was made';
  }
  try {
    await packet.verify(signing.keyPacket, type, literal(data), now, true);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/digest did not match|verification failed/i.test(message)) return 'it is not of these bytes';
    return message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '');
  }
}

function isIssuer({ issuerFingerprint }: SignaturePacket, fingerprint: string): boolean {
  return issuerFingerprint === null || Buffer.from(issuerFingerprint).toString('hex') === fingerprint;
}

/**
 * The part of a literal data packet that hashing asks for. The library's own one clones its stream, and
 * the clone that nobody reads would gather the whole file in memory.
 */
function literal(data: SignedData['data']): { readonly text: null; readonly getBytes: () => unknown } {
  return { text: null, getBytes: () => (data instanceof Uint8Array ? data : streamOf(data.open())) };
}

function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      // a chunk of the file door holds only until the next one is asked for
      else controller.enqueue(Uint8Array.from(next.value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
