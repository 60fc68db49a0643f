import { createHash, generateKeyPairSync, sign } from 'node:crypto';

/** A publisher's minisign key, with which a test signs (jedisct1.github.io/minisign, prehashed format). */
export interface MinisignKey {
  /** As in `signers` of valops.yaml. */
  readonly publicKey: string;
  /** The text of a `.minisig` file. */
  sign(bytes: Uint8Array): string;
}

/** Makes a key that nobody else has. */
export function makeMinisignKey(): MinisignKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const keyId = createHash('sha256').update(raw).digest().subarray(0, 8);
  return {
    publicKey: Buffer.concat([Buffer.from('Ed'), keyId, raw]).toString('base64'),
    sign(bytes) {
      const signature = sign(null, createHash('blake2b512').update(bytes).digest(), privateKey);
      const comment = 'made by a test';
      const global = sign(null, Buffer.concat([signature, Buffer.from(comment)]), privateKey);
      const packed = Buffer.concat([Buffer.from('ED'), keyId, signature]).toString('base64');
      return `untrusted comment: test\n${packed}\ntrusted comment: ${comment}\n${global.toString('base64')}\n`;
    },
  };
}
