declare module 'bcrypt-pbkdf' {
  /** OpenBSD's bcrypt_pbkdf(3); fills `key` and returns 0, or -1 for arguments it cannot use. */
  export function pbkdf(
    passphrase: Uint8Array,
    passphraseLength: number,
    salt: Uint8Array,
    saltLength: number,
    key: Uint8Array,
    keyLength: number,
    rounds: number,
  ): number;
}
