import { describe, expect, test } from 'vitest';
import { open, sealBytes } from '../../src/age/engine.ts';
import { parseIdentityFile } from '../../src/age/identities.ts';
import { generateKey } from '../../src/age/keygen.ts';
import { parseRecipient } from '../../src/age/recipients.ts';
import { beginsAsSealed, fileKeyIdentity, readSealedHeader } from '../../src/age/sealed-header.ts';
import { Secret } from '../../src/lib/secret.ts';
import { noDoors } from '../support/age-doors.ts';

async function makeKey() {
  const { file, recipient } = await generateKey({ postQuantum: false, createdAt: new Date(0) });
  const bytes = file.use((raw) => raw.slice());
  const options = { name: 'key', plugins: noDoors(), passphrase: async () => Secret.fromText('') };
  const [identity] = await parseIdentityFile(bytes, options);
  if (identity === undefined) throw new Error('a key file without a key');
  return { identity, recipient: parseRecipient(recipient, noDoors()) };
}

/** Chunks, and whether whoever read them has let go. */
function source(bytes: Uint8Array, size: number): { chunks: AsyncIterable<Uint8Array>; closed: () => boolean } {
  let closed = false;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    } finally {
      closed = true;
    }
  }
  return { chunks: chunks(), closed: () => closed };
}

describe('a header read without its payload', () => {
  test.each([true, false])('tells who opens the file, and lets go of the source (armor: %s)', async (armor) => {
    const [mine, other] = [await makeKey(), await makeKey()];
    const sealed = await sealBytes(new Uint8Array(300_000), [mine.recipient], { armor });
    expect(beginsAsSealed(sealed.subarray(0, 100))).toBe(true);
    for (const size of [100, 1000, sealed.length]) {
      const { chunks, closed } = source(sealed, size);
      const header = await readSealedHeader(chunks);
      expect([closed(), header.armored, header.stanzas]).toEqual([true, armor, [{ type: 'X25519' }]]);
      expect(await header.fileKeyFor(other.identity)).toBeNull();
      const fileKey = await header.fileKeyFor(mine.identity);
      expect(fileKey).toHaveLength(16);
      let opened = 0;
      const stands = fileKeyIdentity(fileKey ?? new Uint8Array(16), 'file');
      for await (const block of open(source(sealed, size).chunks, [stands])) opened += block.length;
      expect(opened).toBe(300_000);
    }
  });

  test('a file that no key opens is let go of as well', async () => {
    const [mine, other] = [await makeKey(), await makeKey()];
    const sealed = await sealBytes(new Uint8Array(300_000), [mine.recipient]);
    const { chunks, closed } = source(sealed, 1000);
    await expect(open(chunks, [other.identity]).next()).rejects.toMatchObject({ code: 'AGE_NO_IDENTITY_MATCH' });
    expect(closed()).toBe(true);
  });

  test('the file key of another file does not authenticate the header', async () => {
    const mine = await makeKey();
    const sealed = await sealBytes(Buffer.from('text'), [mine.recipient]);
    const foreign = fileKeyIdentity(new Uint8Array(16), 'file');
    const header = await readSealedHeader(source(sealed, 1000).chunks);
    await expect(header.fileKeyFor(foreign)).rejects.toMatchObject({ code: 'AGE_HEADER_INVALID' });
  });

  test('what is no age file does not begin as one', () => {
    expect(beginsAsSealed(Buffer.from('ordinary text'))).toBe(false);
    expect(beginsAsSealed(new Uint8Array(0))).toBe(false);
  });
});
