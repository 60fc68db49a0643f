/** The one door to OpenPGP.js: what is named here is all that is used of it, and loaded with the verifier only. */
export { enums, readCleartextMessage, readKeys, readSignature } from 'openpgp';
export type { Key, SignaturePacket, Subkey } from 'openpgp';
