import type { Stanza } from 'age-encryption';
import { ValopsError } from '../lib/errors.ts';
import type { ErrorCode } from '../lib/errors.ts';
import type { Identity } from './identity.ts';

// An identity that fails this way may be absent hardware or a forgotten passphrase; another
// identity of the operator may still open the file.
const recoverable: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'AGE_PLUGIN_MISSING',
  'AGE_PLUGIN_FAILED',
  'AGE_PASSPHRASE_WRONG',
  'AGE_IDENTITY_INVALID',
  'USAGE_NO_TERMINAL',
]);

/**
 * Returns the file key from the first identity that has one. An identity that fails by itself
 * does not keep the next from being tried; its error is thrown when none of them opens the file.
 * Throws AGE_NO_IDENTITY_MATCH, naming what the file expects and what was tried.
 */
export async function unwrapWithAny(stanzas: readonly Stanza[], identities: readonly Identity[]): Promise<Uint8Array> {
  if (stanzas.length > 1 && stanzas.some((stanza) => stanza.args[0] === 'scrypt')) {
    throw new Error('a passphrase stanza must be the only stanza');
  }
  let failure: ValopsError | undefined;
  for (const identity of identities) {
    try {
      const fileKey = await identity.unwrapFileKey(stanzas);
      if (fileKey !== null) return fileKey;
    } catch (error) {
      if (!(error instanceof ValopsError) || !recoverable.has(error.code)) throw error;
      failure ??= error;
    }
  }
  throw failure ?? noMatch(stanzas, identities);
}

function noMatch(stanzas: readonly Stanza[], identities: readonly Identity[]): ValopsError {
  const expects = stanzas.map(describeStanza).join(', ');
  const tried = identities.map(({ recipient, source }) =>
    recipient === undefined ? `"${source}"` : `${recipient.text} ("${source}")`,
  );
  return new ValopsError(
    'AGE_NO_IDENTITY_MATCH',
    `no identity matched: the file expects ${expects}; tried ${tried.join(', ') || 'none'}`,
    { hint: 'Give the key it was sealed to with -i.' },
  );
}

function describeStanza(stanza: Stanza): string {
  const [type = '', hint] = stanza.args;
  return /^(ssh-|.*tag$)/.test(type) && hint !== undefined
    ? `${type} ${hint}`
    : type === 'scrypt'
      ? 'a passphrase'
      : type;
}
