const secret =
  /(^|_)(SECRET|PASSWORD|PASSWD|PASSPHRASE|TOKEN|MNEMONIC|SEED|PRIVATE_?KEY|API_?KEY|KEYPAIR|DATABASE_URL)(_|$)/i;

/** Names that only say where a secret lies. */
const place = /_(FILE|PATH|DIR|FD|LOCATION)$/i;

/** Whether a variable of that name is likely to hold a secret. */
export function isNamedLikeSecret(name: string): boolean {
  return secret.test(name) && !place.test(name);
}
