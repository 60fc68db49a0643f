import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';

const digits = new TextEncoder().encode('0123456789abcdef');

/**
 * The lowercase hex digits of `bytes`, as ASCII bytes. Works on bytes throughout: a string of the
 * digits could not be wiped.
 */
export function encodeHexSecret(bytes: Uint8Array): Secret {
  const text = new Uint8Array(bytes.length * 2);
  bytes.forEach((byte, at) => {
    text[at * 2] = digits[byte >> 4] ?? 0;
    text[at * 2 + 1] = digits[byte & 15] ?? 0;
  });
  return new Secret(text);
}

/**
 * The 32 bytes behind exactly 64 lowercase hex digits; the caller wipes them.
 * Throws IDENTITY_PAYLOAD_INVALID for anything else, a line end included.
 */
export function decodeHexSecret(payload: Uint8Array): Uint8Array {
  if (payload.length !== 64) throw notHex(`found ${payload.length} bytes`);
  const bytes = new Uint8Array(32);
  for (let at = 0; at < 64; at++) {
    const value = digits.indexOf(payload[at] ?? 0);
    if (value < 0) {
      bytes.fill(0);
      throw notHex(`another byte at position ${at + 1}`);
    }
    bytes[at >> 1] = ((bytes[at >> 1] ?? 0) << 4) | value;
  }
  return bytes;
}

function notHex(actual: string): ValopsError {
  return new ValopsError('IDENTITY_PAYLOAD_INVALID', `expected exactly 64 lowercase hex digits, ${actual}`, {
    hint: 'Check that the file is the sealed secret of this kind, without a line end or a prefix.',
  });
}
