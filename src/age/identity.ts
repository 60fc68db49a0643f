import type { Stanza } from 'age-encryption';
import type { Recipient } from './recipient.ts';

/** A key that may open a file. */
export interface Identity {
  /** The public half; undefined where it cannot be known (plugins, passphrases). */
  readonly recipient: Pick<Recipient, 'type' | 'text' | 'fingerprint'> | undefined;
  /** Where it came from, for messages: a file name, or `passphrase`. */
  readonly source: string;
  /**
   * Returns the 16-byte file key, or null when no stanza is for this identity. Throws a plain
   * Error when a stanza is for it but malformed; AGE_PASSPHRASE_WRONG, AGE_IDENTITY_INVALID,
   * AGE_PLUGIN_MISSING or AGE_PLUGIN_FAILED when the identity itself fails.
   */
  unwrapFileKey(stanzas: readonly Stanza[]): Promise<Uint8Array | null>;
}
