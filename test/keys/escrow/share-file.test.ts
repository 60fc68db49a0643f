import { encode } from 'uqr';
import { describe, expect, test } from 'vitest';
import { renderPage } from '../../../src/keys/escrow/page.ts';
import { encodeShareFile, parseShareFile, type ShareLabel } from '../../../src/keys/escrow/share-file.ts';
import { readShareText } from '../../../src/keys/escrow/share-text.ts';
import { deal } from '../../../src/keys/escrow/deal.ts';
import type { Share } from '../../../src/keys/escrow/share.ts';
import { linesOf, makeSecretKey, refusal } from '../../support/escrow.ts';

async function make(): Promise<{ readonly share: Share; readonly label: ShareLabel }> {
  const key = await makeSecretKey();
  const [share] = await deal(key, 2, 3);
  if (share === undefined) throw new Error('no share');
  const { text } = key.recipient;
  return { share, label: { trustee: 'ann', recipient: text, createdAt: '2026-01-02T03:04:05.678Z', tool: 'valops 0' } };
}

describe('a share file', () => {
  test(
    'is read back; no bit of it can be flipped unseen, and nothing of it is repeated',
    { timeout: 120_000 },
    async () => {
      const { share, label } = await make();
      const bytes = encodeShareFile(share, label);
      const back = parseShareFile(Buffer.from(bytes).toString(), 'a.json');
      expect([back.share.set, back.share.index, back.label]).toEqual([share.set, 1, label]);
      const secret =
        linesOf(share)[3]
          ?.split(' ')
          .find((group) => group.length === 5) ?? 'none';
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (128 >> (bit & 7)));
        // a letter of a line in the other case is the same share; the digest sees it all the same
        const { code, message } = await refusal(() => parseShareFile(Buffer.from(flipped).toString(), 'a.json'));
        if (code !== 'ESCROW_SHARE_INVALID' || message.includes(secret)) expect([bit, code, message]).toEqual([]);
      }
    },
  );

  test('whose members do not agree with its lines is named for what it is', async () => {
    const { share, label } = await make();
    const other = await make();
    const document = JSON.parse(Buffer.from(encodeShareFile(share, label)).toString()) as Record<string, unknown>;
    const said = async (change: Record<string, unknown>): Promise<string> =>
      (await refusal(() => parseShareFile(JSON.stringify({ ...document, ...change }), 'a.json'))).message;
    expect(await said({ index: 2, total: 4 })).toBe('"a.json": index, total and its lines do not agree');
    expect(await said({ set: other.share.set })).toBe('"a.json": set and its lines do not agree');
    expect(await said({ recipient: other.label.recipient })).toContain('its recipient is not the one');
    expect(await said({ trustee: 'eve' })).toBe('"a.json" was altered: its sha256 does not match');
    expect(await said({ more: 1 })).toBe('"a.json" is not a share: wrong or missing are document');
    expect(await said({ lines: ['1 2'] })).toContain('line 1: it has 1 symbols, expected 28');
  });
});

describe('a page', () => {
  test('is one file without scripts or references, and is read back as the share', async () => {
    const { share, label } = await make();
    const page = Buffer.from(renderPage(share, label, 'SHA256:x')).toString();
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|url\(|https?:\/\/(?!www\.w3\.org\/2000\/svg)/i);
    expect(readShareText(page, 'page').map(({ set, index }) => [set, index])).toEqual([[share.set, 1]]);
    for (const text of [share.set, 'ann', 'Share', '1 of 3; any 2 recover', label.recipient])
      expect(page).toContain(text);
  });

  test('shows in its QR code exactly the lines', async () => {
    const { share, label } = await make();
    const page = Buffer.from(renderPage(share, label, 'SHA256:x')).toString();
    const { data, size } = encode(linesOf(share).join('\n'), { ecc: 'M', border: 4 });
    const dark = data.flat().filter(Boolean).length;
    expect(page.match(/M\d+,\d+h\d+v\d+h-\d+z/g)).toHaveLength(dark);
    expect(size).toBeLessThan(80);
  });
});
