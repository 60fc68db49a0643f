import { expect, test } from 'vitest';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bech32 } from '@scure/base';
import { curvePointOf } from '../../src/age/key-point.ts';
import { sshString } from '../../src/age/ssh-wire.ts';

test('an Ed25519 SSH key and the age recipient made of it are one point; others are not', () => {
  const { publicKey, secretKey } = ed25519.keygen();
  const blob = Buffer.concat([sshString('ssh-ed25519'), sshString(publicKey)]).toString('base64');
  // as ssh-to-age does it: the u coordinate of the point, in bech32
  const recipient = bech32.encode('age', bech32.toWords(ed25519.utils.toMontgomery(publicKey)));
  expect(curvePointOf(`ssh-ed25519 ${blob} comment`)).toBe(curvePointOf(recipient));
  expect(curvePointOf(recipient)).toMatch(/^[0-9a-f]{64}$/);
  const other = ed25519.utils.toMontgomery(ed25519.keygen().publicKey);
  expect(curvePointOf(bech32.encode('age', bech32.toWords(other)))).not.toBe(curvePointOf(recipient));
  expect(curvePointOf('age1pq1qqqq')).toBeNull();
  expect(secretKey).toHaveLength(32);
});
