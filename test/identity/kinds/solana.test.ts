import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, pbkdf2Sync, randomBytes, sign, verify } from 'node:crypto';
import { base58 } from '@scure/base';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/core/context.ts';
import type { KindOptions } from '../../../src/identity/kind.ts';
import { solana } from '../../../src/identity/kinds/solana.ts';
import { fixedBytes, makeContext } from '../../support/context.ts';
import { bytesOf, refusalOf, placeAndCollect, utf8 } from '../../support/kinds.ts';
import keypairs from '../../vectors/solana/solders-keypairs.json' with { type: 'json' };
import published from '../../vectors/solana/published.json' with { type: 'json' };
import recorded from '../../vectors/solana/solders-words.json' with { type: 'json' };
import trezor from '../../vectors/solana/bip39-trezor.json' with { type: 'json' };

const sample = keypairs[2]?.payload ?? '';
const numbers = JSON.parse(sample) as number[];

function withWords(line: string | Uint8Array): Context {
  const streams = { readDescriptor: () => (typeof line === 'string' ? utf8(line) : line) } as Partial<
    Context['streams']
  >;
  return makeContext({ streams: streams as Context['streams'] }).context;
}

async function publicIdOf(words: string, path: string | null): Promise<string> {
  const options: KindOptions = { wordsFd: '3', ...(path !== null && { derivationPath: path }) };
  const { identity, payload } = await solana.generate(withWords(words), options);
  expect(solana.derive(bytesOf(payload))).toEqual(identity);
  return identity.publicId;
}

describe('solana payload', () => {
  test.each(keypairs)('derives $publicId, recorded from solders', ({ payload, publicId }) => {
    const derived = solana.derive(utf8(payload));
    expect(derived.publicId).toBe(publicId);
    expect(derived.publicKey).toBe(Buffer.from(base58.decode(publicId)).toString('hex'));
  });

  test('generate writes the bytes solders writes for the same seed', async () => {
    for (const { payload, publicId } of keypairs) {
      const seed = Uint8Array.from((JSON.parse(payload) as number[]).slice(0, 32));
      const made = await solana.generate(makeContext({ randomBytes: fixedBytes(seed) }).context, {});
      expect(made.payload.useText((text) => text)).toBe(payload);
      expect(made.identity.publicId).toBe(publicId);
      expect(made.words).toBeUndefined();
    }
  });

  test('agrees with the ed25519 of node:crypto on random seeds, which signs what the public id verifies', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
        const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
        const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
        const { publicId } = solana.derive(utf8(JSON.stringify([...seed, ...publicKey])));
        const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), base58.decode(publicId)]);
        const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
        expect(verify(null, seed, key, sign(null, seed, privateKey))).toBe(true);
      }),
    );
  });

  test('a restored file is the payload, 0600, and is collected again', () => {
    const payload = utf8(sample);
    expect(solana.place(payload).map(({ path, mode, existing }) => ({ path, mode, existing }))).toEqual([
      { path: '', mode: 0o600, existing: 'compare' },
    ]);
    expect(placeAndCollect(solana, payload)).toEqual(payload);
  });

  test('a public half that is off by one bit is refused, at every position', () => {
    for (let at = 32; at < 64; at++) {
      const changed = numbers.map((number, index) => (index === at ? number ^ 1 : number));
      expect(() => solana.derive(utf8(JSON.stringify(changed)))).toThrow(/not the public key/);
    }
  });

  test.each([
    ['nothing', ''],
    ['garbage', 'not json'],
    ['an object', JSON.stringify(Object.fromEntries(numbers.entries()))],
    ['63 numbers', JSON.stringify(numbers.slice(1))],
    ['65 numbers', JSON.stringify([...numbers, 0])],
    ['NaN', sample.replace(/^\[\d+/, '[NaN')],
    ['null', sample.replace(/^\[\d+/, '[null')],
    ['a string', sample.replace(/^\[(\d+)/, '["$1"')],
    ['256', sample.replace(/^\[\d+/, '[256')],
    ['a negative number', sample.replace(/^\[(\d+)/, '[-$1')],
    ['a fraction', sample.replace(/^\[(\d+)/, '[$1.0')],
    ['an exponent', sample.replace(/^\[(\d+)/, '[$1e0')],
    ['a leading zero', sample.replace(/^\[(\d+)/, '[0$1')],
    ['a nested array', `[${sample}]`],
    ['spaces', sample.replaceAll(',', ', ')],
    ['a line end', `${sample}\n`],
    ['a trailing comma', sample.replace(']', ',]')],
    ['a byte order mark', `\ufeff${sample}`],
  ])('refuses %s without repeating it', async (_name, text) => {
    const inner = sample.slice(1, 60);
    expect(await refusalOf(() => solana.derive(utf8(text)), [inner])).toHaveProperty(
      'code',
      'IDENTITY_PAYLOAD_INVALID',
    );
    expect(await refusalOf(() => solana.place(utf8(text)), [inner])).toHaveProperty('code', 'IDENTITY_PAYLOAD_INVALID');
  });

  test('refuses random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => solana.derive(bytes)).toThrow(/expected a JSON array of exactly 64 numbers/);
      }),
    );
  });
});

describe('solana words', () => {
  test.each(published)('published: $publicId at $path', async ({ words, path, publicId }) => {
    expect(await publicIdOf(words, path)).toBe(publicId);
  });

  test('all 72 vectors recorded from solders, with and without a path', async () => {
    expect(recorded.length).toBe(72);
    for (const { words, path, publicId } of recorded) expect(await publicIdOf(words, path)).toBe(publicId);
  });

  test.each(trezor)('makes the words of the BIP39 vector $entropy', async ({ entropy, words }) => {
    const { context } = makeContext({ randomBytes: fixedBytes(Buffer.from(entropy, 'hex')) });
    const options = { words: String(words.split(' ').length), wordsOut: 'words.age' };
    const made = await solana.generate(context, options);
    expect(made.words?.useText((text) => text)).toBe(words);
    expect(made.identity.publicId).toBe(await publicIdOf(words, null));
  });

  test.each(['12', '15', '18', '21', '24'])(
    '%s new words lead to the same key when they are read back',
    async (count) => {
      const options = { words: count, wordsOut: 'words.age', derivationPath: "m/44'/501'/0'/0'" };
      const made = await solana.generate(makeContext().context, options);
      const words = made.words?.useText((text) => text) ?? '';
      expect(words.split(' ')).toHaveLength(Number(count));
      expect(await publicIdOf(words, options.derivationPath)).toBe(made.identity.publicId);
    },
  );

  test('without a path the seed is the head of PBKDF2 by node:crypto', async () => {
    const words = trezor[5]?.words ?? '';
    const { payload } = await solana.generate(withWords(words), { wordsFd: '3' });
    const seed = pbkdf2Sync(words, 'mnemonic', 2048, 64, 'sha512').subarray(0, 32);
    expect((JSON.parse(payload.useText((text) => text)) as number[]).slice(0, 32)).toEqual([...seed]);
  });

  test('white space is normalised, and so is the full-width form of the letters', async () => {
    const words = trezor[0]?.words ?? '';
    const expected = await publicIdOf(words, null);
    expect(await publicIdOf(`  ${words.replaceAll(' ', ' \t  ')}\r\n`, null)).toBe(expected);
    expect(await publicIdOf(words.replaceAll(' ', '\u3000'), null)).toBe(expected);
    expect(await publicIdOf(words.replace('abandon', 'ａｂａｎｄｏｎ'), null)).toBe(expected);
  });

  test('the words read from a descriptor are handed on only when they are to be sealed, and wiped', async () => {
    const line = utf8(trezor[3]?.words ?? '');
    const made = await solana.generate(withWords(line), { wordsFd: '3' });
    expect(made.words).toBeUndefined();
    expect(line.every((byte) => byte === 0)).toBe(true);
    const sealed = await solana.generate(withWords(trezor[3]?.words ?? ''), { wordsFd: '3', wordsOut: 'words.age' });
    expect(sealed.words?.useText((text) => text)).toBe(trezor[3]?.words);
  });

  const good = trezor[12]?.words ?? '';
  test.each([
    ['nothing', ''],
    ['white space', ' \t '],
    ['11 words', good.split(' ').slice(1).join(' ')],
    ['13 words', `${good} ${good.split(' ')[0]}`],
    ['two words swapped', good.replace(/^(\w+) (\w+)/, '$2 $1')],
    ['an unknown word', good.replace(/\w+$/, 'zebrafish')],
    ['an uppercase word', good.replace(/^\w+/, (word) => word.toUpperCase())],
    ['a wrong checksum', good.replace(/\w+$/, 'zoo')],
    ['bytes that are no text', '\ufffd'.repeat(12).split('').join(' ')],
  ])('refuses %s without repeating any word', async (_name, line) => {
    const words = line.split(/\s+/).filter((word) => word.length > 4);
    expect(await refusalOf(() => solana.generate(withWords(line), { wordsFd: '3' }), words)).toHaveProperty(
      'code',
      'IDENTITY_WORDS_INVALID',
    );
  });
});

describe('solana options', () => {
  test.each<[string, KindOptions]>([
    ['--words without --words-out', { words: '24' }],
    ['--words with --words-fd', { words: '24', wordsOut: 'w', wordsFd: '3' }],
    ['--derivation-path without words', { derivationPath: "m/44'/501'/0'/0'" }],
    ['--words-out without words', { wordsOut: 'w' }],
    ['13 words', { words: '13', wordsOut: 'w' }],
    ['no count', { words: true, wordsOut: 'w' }],
    ['a descriptor that is no number', { wordsFd: 'three' }],
    ['a negative descriptor', { wordsFd: '-1' }],
  ])('refuses %s', async (_name, options) => {
    expect(await refusalOf(() => solana.generate(withWords('unused'), options))).toHaveProperty('code', 'USAGE');
  });

  test.each([
    '',
    '44',
    '/44',
    'm/',
    'M/44',
    "44'/501'",
    "m/44'/501",
    'm/44/501',
    "m//501'",
    "m/44'/501'/",
    'm/44h/501h',
    "m/+44'",
    "m/044'",
    "m/2147483648'",
    "m/99999999999999999999'",
    "m/44''",
    "m/44'/501'/0'\n",
    "m/-1'",
  ])('refuses the path %j', async (path) => {
    const line = trezor[0]?.words ?? '';
    expect(
      await refusalOf(() => solana.generate(withWords(line), { wordsFd: '3', derivationPath: path }), [line]),
    ).toHaveProperty('code', 'USAGE');
  });
});

const python = process.env['VALOPS_TEST_SOLDERS'];

describe.runIf(python !== undefined)(
  'solana and solders, live (VALOPS_TEST_SOLDERS names a Python that has it)',
  () => {
    function ask(program: string, input: string): string {
      return execFileSync(python ?? '', ['-c', program], { input, encoding: 'utf8' }).trim();
    }

    test('opens our keypairs, and names them the same', async () => {
      const program =
        'import sys; from solders.keypair import Keypair; print(Keypair.from_json(sys.stdin.read()).pubkey())';
      for (let round = 0; round < 3; round++) {
        const { payload, identity } = await solana.generate(makeContext().context, {});
        expect(
          ask(
            program,
            payload.useText((text) => text),
          ),
        ).toBe(identity.publicId);
      }
    });

    test('derives the same keys from our new words', async () => {
      const program =
        'import sys, hashlib; from solders.keypair import Keypair; w, p = sys.stdin.read().splitlines();' +
        's = hashlib.pbkdf2_hmac("sha512", w.encode(), b"mnemonic", 2048);' +
        'k = Keypair.from_seed_and_derivation_path(s, p) if p else Keypair.from_seed_phrase_and_passphrase(w, "");' +
        'print(k.to_json())';
      const paths = ['', "m/44'/501'", "m/44'/501'/0'/0'", `m/44'/501'/${randomBytes(2).readUInt16BE()}'`];
      for (const path of paths) {
        const options = { words: '24', wordsOut: 'words.age', ...(path !== '' && { derivationPath: path }) };
        const { payload, words } = await solana.generate(makeContext().context, options);
        const answer = ask(program, `${words?.useText((text) => text)}\n${path}\n`);
        expect(answer).toBe(payload.useText((text) => text));
      }
    });
  },
);
