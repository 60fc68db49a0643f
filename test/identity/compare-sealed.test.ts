import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { sealBytes } from '../../src/age/engine.ts';
import { parseRecipient, type Recipient } from '../../src/age/recipients.ts';
import { compareSealed, sha256Hex } from '../../src/identity/compare-sealed.ts';
import type { Card } from '../../src/identity/card.ts';
import { noDoors } from '../support/age-doors.ts';

const sshKey = (): Recipient => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const string = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const blob = Buffer.concat([string(Buffer.from('ssh-ed25519')), string(raw)]);
  return parseRecipient(`ssh-ed25519 ${blob.toString('base64')}`, noDoors());
};

function cardOf(sealed: Uint8Array, recipients: readonly Pick<Recipient, 'type' | 'fingerprint'>[]): Card {
  return {
    schema: 'valops/identity-card/1',
    kind: 'solana',
    publicId: 'x',
    publicKey: '',
    sealed: {
      file: 'x.age',
      sha256: sha256Hex(sealed),
      size: sealed.length,
      recipients: recipients.map(({ type, fingerprint }) => ({ type, fingerprint })),
    },
    createdAt: '2026-01-01T00:00:00.000Z',
    online: false,
    tool: 'valops',
  };
}

describe('a card and the header of its file', () => {
  test('SSH keys are told apart by their tags', async () => {
    const [one, two, other] = [sshKey(), sshKey(), sshKey()];
    const sealed = await sealBytes(new Uint8Array(3), [one, two]);
    await expect(compareSealed(sealed, 'x.age', cardOf(sealed, [one, two]))).resolves.toBeUndefined();
    await expect(compareSealed(sealed, 'x.age', cardOf(sealed, [one, other]))).rejects.toMatchObject({
      code: 'IDENTITY_CARD_MISMATCH',
      message: expect.stringContaining(other.fingerprint),
    });
  });

  test('a plugin recipient may add stanzas of any type, but hides no native recipient', async () => {
    const [one, two] = [sshKey(), sshKey()];
    const plugin = { type: 'yubikey', fingerprint: 'SHA256:plugin' };
    const sealed = await sealBytes(new Uint8Array(3), [one, two]);
    await expect(compareSealed(sealed, 'x.age', cardOf(sealed, [one, plugin]))).resolves.toBeUndefined();
    const native = { type: 'X25519', fingerprint: 'SHA256:absent' };
    await expect(compareSealed(sealed, 'x.age', cardOf(sealed, [one, native, plugin]))).rejects.toMatchObject({
      code: 'IDENTITY_CARD_MISMATCH',
    });
  });
});
