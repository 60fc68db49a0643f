import { randomBytes, scrypt } from 'node:crypto';
import { Stanza } from 'age-encryption';
import { base64nopad } from '@scure/base';
import { ValopsError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { openFileKey, sealFileKey } from './file-key.ts';
import type { Identity } from './identity.ts';
import type { Recipient } from './recipient.ts';

const label = 'age-encryption.org/v1/scrypt';
const defaultLogN = 18;
const highestLogN = 22;

/** C2SP age, scrypt stanza: N = 2^logN, r = 8, p = 1; needs 2^(logN+10) bytes of memory. */
function deriveKey(passphrase: Secret, salt: Uint8Array, logN: number): Promise<Uint8Array> {
  const cost = 2 ** logN;
  const options = { N: cost, r: 8, p: 1, maxmem: 2 * 128 * 8 * cost };
  return passphrase.use(
    (bytes) =>
      new Promise((resolve, reject) => {
        scrypt(bytes, Buffer.concat([Buffer.from(label), salt]), 32, options, (error, key) => {
          if (error === null) resolve(key);
          else reject(error);
        });
      }),
  );
}

/** Recipient for a passphrase; always alone in a file. `logN` is the work factor, 18 takes about a second. */
export function passphraseRecipient(passphrase: Secret, logN: number = defaultLogN): Recipient {
  return {
    type: 'scrypt',
    text: '',
    fingerprint: 'passphrase',
    labels: [],
    wrapFileKey: async (fileKey) => {
      const salt = randomBytes(16);
      const key = await deriveKey(passphrase, salt, logN);
      return [new Stanza(['scrypt', base64nopad.encode(salt), String(logN)], sealFileKey(key, fileKey))];
    },
  };
}

/**
 * Identity for a passphrase, which is asked for only when a file has a passphrase stanza. Refuses
 * work factors above `maxLogN`, which would block the machine. Throws AGE_PASSPHRASE_WRONG.
 */
export function passphraseIdentity(passphrase: () => Promise<Secret>, maxLogN: number = highestLogN): Identity {
  return {
    recipient: undefined,
    source: 'passphrase',
    unwrapFileKey: async (stanzas) => {
      const stanza = stanzas.find(({ args }) => args[0] === 'scrypt');
      if (stanza === undefined) return null;
      const [, saltText = '', logNText = '', ...more] = stanza.args;
      if (stanzas.length !== 1 || more.length > 0) throw new Error('malformed scrypt stanza');
      const salt = base64nopad.decode(saltText);
      if (salt.length !== 16 || stanza.body.length !== 32 || !/^[1-9][0-9]*$/.test(logNText)) {
        throw new Error('malformed scrypt stanza');
      }
      const logN = Number(logNText);
      if (logN > maxLogN) throw new Error(`scrypt work factor ${logNText} is above ${maxLogN}`);
      const fileKey = openFileKey(await deriveKey(await passphrase(), salt, logN), stanza.body);
      if (fileKey === null) {
        throw new ValopsError('AGE_PASSPHRASE_WRONG', 'the passphrase is wrong', { hint: 'Try again.' });
      }
      return fileKey;
    },
  };
}
