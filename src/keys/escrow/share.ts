import { createHash } from 'node:crypto';
import { base32crockford } from '@scure/base';
import type { SecretKeyType } from '../../age/secret-key.ts';
import { ValopsError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import { nodeLength, pathLength, rootOf } from './hash-tree.ts';

/** Most trustees of a set; with more, a share is longer than anybody types without an error. */
export const mostShares = 16;

const version = 1;
const keyTypes: readonly SecretKeyType[] = ['X25519', 'mlkem768x25519'];
const setIdLength = 10;
const recipientLength = 16;
/** 32 bytes of key, 4 of checksum, 1 of coordinate. */
const payloadLength = 37;
/** Bytes in front of the set id, and bytes from which the size of a share is known. */
const fixedHead = 5;
export const headLength = fixedHead + setIdLength;

/** What all shares of a set have in common, apart from the secret. */
export interface Terms {
  readonly keyType: SecretKeyType;
  /** Any so many shares recover the key. */
  readonly threshold: number;
  readonly total: number;
  /** First 128 bits of SHA-256 over the recipient line of the key: its fingerprint, cut. */
  readonly recipientDigest: Uint8Array;
}

/** One share: its part of the key and everything that proves it to be of its set, without the others. */
export interface Share extends Terms {
  /** The set id as people read it: 80 bits as four groups of Crockford's base32. */
  readonly set: string;
  /** Counted from 1. */
  readonly index: number;
  readonly payload: Secret;
  /** Path from this share's leaf to the root which the set id commits to. */
  readonly path: readonly Uint8Array[];
}

/** What a set id is made of beside the terms. */
export function setIdOf(terms: Terms, root: Uint8Array): string {
  const digest = createHash('sha256')
    .update('valops/escrow-set/1\0')
    .update(Uint8Array.of(keyTypes.indexOf(terms.keyType) + 1, terms.threshold, terms.total))
    .update(terms.recipientDigest)
    .update(root)
    .digest();
  return formatSetId(digest.subarray(0, setIdLength));
}

/** The leaf of a share in the tree of its set. */
export function leafOf(index: number, payload: Secret): Uint8Array {
  return payload.use((bytes) =>
    createHash('sha256').update('valops/escrow-share/1\0').update(Uint8Array.of(index)).update(bytes).digest(),
  );
}

/** The recipient line of a key as shares record it. */
export function recipientDigestOf(recipient: string): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(recipient).digest().subarray(0, recipientLength));
}

/** Whether the share hangs on the root which its set id commits to: every bit of it does. */
export function isOfItsSet(share: Share): boolean {
  const root = rootOf(leafOf(share.index, share.payload), share.index - 1, share.total, share.path);
  return setIdOf(share, root) === share.set;
}

/** How many bytes the share has that starts with `head` (`headLength` bytes). Throws ESCROW_SHARE_INVALID. */
export function shareLength(head: Uint8Array): number {
  const [format, type = 0, threshold = 0, total = 0, index = 0] = head;
  if (format !== version) throw invalid(`it is of format ${String(format)}, expected ${version}`);
  if (keyTypes[type - 1] === undefined) throw invalid('it is of an unknown type of key');
  if (threshold < 2 || threshold > total || total > mostShares || index < 1 || index > total) {
    throw invalid(`it says to be share ${index} of ${total} with threshold ${threshold}`);
  }
  return headLength + recipientLength + payloadLength + pathLength(index - 1, total) * nodeLength;
}

/** The bytes of a share: version, type, threshold, total, index, set id, recipient, payload, path. */
export function encodeShare(share: Share): Secret {
  const type = keyTypes.indexOf(share.keyType) + 1;
  const set = base32crockford.decode(share.set.replaceAll('-', ''));
  return share.payload.use(
    (payload) =>
      new Secret(
        Uint8Array.from([
          ...[version, type, share.threshold, share.total, share.index],
          ...[...set, ...share.recipientDigest, ...payload],
          ...share.path.flatMap((node) => [...node]),
        ]),
      ),
  );
}

/** A share from its bytes, proven to be of its set. Throws ESCROW_SHARE_INVALID. */
export function decodeShare(bytes: Uint8Array): Share {
  const expected = shareLength(bytes.subarray(0, headLength));
  if (bytes.length !== expected) throw invalid(`it has ${bytes.length} bytes, expected ${expected}`);
  const [, type = 0, threshold = 0, total = 0, index = 0] = bytes;
  const payloadAt = headLength + recipientLength;
  const pathAt = payloadAt + payloadLength;
  const share: Share = {
    keyType: keyTypes[type - 1] ?? 'X25519',
    threshold,
    total,
    index,
    set: formatSetId(bytes.subarray(fixedHead, headLength)),
    recipientDigest: bytes.slice(headLength, payloadAt),
    payload: new Secret(bytes.slice(payloadAt, pathAt)),
    path: Array.from({ length: pathLength(index - 1, total) }, (_, at) =>
      bytes.slice(pathAt + at * nodeLength, pathAt + (at + 1) * nodeLength),
    ),
  };
  if (!isOfItsSet(share)) {
    throw invalid(`it is not of the set ${share.set} which it names: it was altered, or lines of two shares are mixed`);
  }
  return share;
}

function formatSetId(bytes: Uint8Array): string {
  return base32crockford.encode(Uint8Array.from(bytes)).replaceAll(/(.{4})(?=.)/g, '$1-');
}

function invalid(problem: string): ValopsError {
  return new ValopsError('ESCROW_SHARE_INVALID', problem, {
    hint: 'Compare it with another copy of this share, or take the share of another trustee.',
  });
}
