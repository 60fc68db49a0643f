const armor = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END OPENSSH PRIVATE KEY-----/;
const magic = 'openssh-key-v1\0';

/**
 * The public key blob of a private key file in OpenSSH's format (PROTOCOL.key), which is readable
 * without the passphrase; null for any other format.
 */
export function readPublicHalf(file: Uint8Array): Uint8Array | null {
  const base64 = armor.exec(Buffer.from(file).toString('latin1'))?.[1];
  if (base64 === undefined) return null;
  const bytes = Buffer.from(base64, 'base64');
  if (!bytes.subarray(0, magic.length).equals(Buffer.from(magic))) return null;
  let at = magic.length;
  const next = (): Uint8Array | null => {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + bytes.readUInt32BE(at);
    const part = end > bytes.length ? null : bytes.subarray(at + 4, end);
    at = end;
    return part;
  };
  // cipher, key derivation and its options; then the number of keys
  if (next() === null || next() === null || next() === null) return null;
  at += 4;
  return next();
}
