import { createHash } from 'node:crypto';
import type { Stanza } from 'age-encryption';
import { base64nopad } from '@scure/base';

/** Someone a file can be sealed to. */
export interface Recipient {
  /** Stanza type (`X25519`, `scrypt`, `ssh-rsa`, …); for a plugin the plugin's name. */
  readonly type: string;
  /** Canonical recipient line; `''` for a passphrase. */
  readonly text: string;
  /** `SHA256:` and unpadded base64, as `ssh-keygen -l` prints it for SSH keys; `passphrase` for a passphrase. */
  readonly fingerprint: string;
  /**
   * What the recipient demands of its company: all recipients of a file must bear the same set
   * (C2SP age-plugin, labels). For a plugin they are known only once `wrapFileKey` was called.
   */
  readonly labels: readonly string[];
  /** Wraps the 16-byte file key of one file; at least one stanza. Throws AGE_PLUGIN_MISSING, AGE_PLUGIN_FAILED. */
  wrapFileKey(fileKey: Uint8Array): Promise<readonly Stanza[]>;
}

/** The label of C2SP age for recipients that resist quantum computers. */
export const postQuantumLabel = 'postquantum';

/** `SHA256:` fingerprint of a recipient line (as UTF-8) or of an SSH public key (as wire blob). */
export function fingerprintOf(recipient: string | Uint8Array): string {
  return `SHA256:${base64nopad.encode(createHash('sha256').update(recipient).digest())}`;
}
