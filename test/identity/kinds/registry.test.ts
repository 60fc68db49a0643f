import { describe, expect, test } from 'vitest';
import { checkKindOptions, kindSummaries, loadKind } from '../../../src/identity/registry.ts';
import { refusalOf } from '../../support/kinds.ts';

describe('every kind', () => {
  test.each(kindSummaries)('$id loads under its id, with the payload its summary tells', async ({ id, payload }) => {
    const kind = await loadKind(id);
    expect(kind.id).toBe(id);
    expect(kind.payload).toBe(payload);
  });

  test('the issue names five', () => {
    const ids = ['libp2p-secp256k1', 'libp2p-ed25519', 'solana', 'cometbft', 'command'];
    expect(kindSummaries.map(({ id }) => id)).toEqual(ids);
  });

  test.each(['', 'ethereum', 'SOLANA', 'constructor', '__proto__'])('%j is none', async (id) => {
    expect(await refusalOf(() => loadKind(id))).toHaveProperty('code', 'USAGE');
  });

  test('refuses an option of another kind instead of ignoring it', async () => {
    expect(
      await refusalOf(async () => checkKindOptions('cometbft', { words: '24', wordsOut: 'words.age' })),
    ).toMatchObject({
      code: 'USAGE',
      message: '--words means nothing to identities of kind "cometbft"',
      hint: 'Leave it out, or use --kind solana.',
    });
    expect(() => checkKindOptions('solana', { words: '24', wordsOut: 'words.age' })).not.toThrow();
  });
});
