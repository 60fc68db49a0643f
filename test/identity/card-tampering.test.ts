import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCard } from '../../src/identity/card.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { makeHomesIn, type Homes } from '../support/home.ts';
import { valops, type Ran } from '../support/valops.ts';

type Card = Record<string, unknown> & { sealed: Record<string, unknown> };

/** Kinds whose cards differ in their members. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  solana: [],
  'libp2p-secp256k1': [],
  cometbft: [],
  command: [
    ...['--generator', `sh -c 'echo secret=$(od -An -tx1 -N9 /dev/urandom | tr -d " ") public=peer'`],
    ...['--secret-pattern', 'secret=([0-9a-f]+)', '--public-pattern', 'public=([a-z]+)'],
  ],
};

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ValopsError && error.code === 'IDENTITY_CARD_INVALID') return error.message;
    throw error;
  }
  return 'not refused';
}

describe('a card that was tampered with is refused', () => {
  let directory: string;
  let made: Homes;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'valops-cards-'));
    made = await makeHomesIn(directory);
    await Promise.all(
      Object.entries(kinds).flatMap(([kind, options]) =>
        [kind, `${kind}-other`].map(async (name) => {
          const ran = await valops([...generateArguments(kind, name), ...options], { home: made.homes[0] });
          expect(ran.status, ran.stderr).toBe(0);
        }),
      ),
    );
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function generateArguments(kind: string, name: string): readonly string[] {
    return [
      ...[
        'identity',
        'generate',
        '--kind',
        kind,
        '--unsafe-online',
        '-r',
        made.recipients[0],
        '-r',
        made.recipients[1],
      ],
      ...['--out', path(name, 'age'), '--card', path(name, 'json')],
    ];
  }

  function path(name: string, extension: string): string {
    return join(directory, `${name}.${extension}`);
  }

  /** Without its sums, as who forges one takes them away or makes them anew. */
  function card(name: string): Card {
    const { sums: _, ...members } = JSON.parse(readFileSync(path(name, 'json'), 'utf8')) as Card;
    return members;
  }

  /** Verifies and restores with a card; both must come to the same judgement. */
  async function judge(kind: string, forged: unknown): Promise<Ran> {
    const file = path(`${kind}-forged`, 'json');
    writeFileSync(file, typeof forged === 'string' ? forged : JSON.stringify(forged));
    const common = [path(kind, 'age'), '--card', file, '-i', made.keys[0], '--json'];
    const [verified, restored] = await Promise.all([
      valops(['identity', 'verify', ...common], { home: made.homes[0] }),
      valops(['identity', 'restore', ...common, '--to', path(kind, 'restored'), '--plan'], { home: made.homes[0] }),
    ]);
    if (verified.status === 0) expect(restored.status, restored.stderr).toBe(3);
    else expect([restored.status, restored.json()['code']]).toEqual([verified.status, verified.json()['code']]);
    return verified;
  }

  for (const kind of Object.keys(kinds)) {
    test(`${kind}: the card as it was made is accepted`, async () => {
      expect((await judge(kind, readFileSync(path(kind, 'json'), 'utf8'))).status).toBe(0);
      // cards of older versions have no sums
      expect((await judge(kind, card(kind))).status).toBe(0);
    });

    test(`${kind}: any one flipped bit is found, and where it is`, () => {
      const bytes = readFileSync(path(kind, 'json'));
      const members = Object.keys(card(kind)).join('|');
      const located = new RegExp(
        `\\(line \\d+\\)|altered since it was made: (${members})|: (${members})|unknown member`,
      );
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const at = bit >> 3;
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
        const message = refusal(() => parseCard(flipped, 'card'));
        if (!located.test(message))
          expect([bit, flipped.toString('latin1', Math.max(0, at - 20), at + 5), message]).toEqual([]);
      }
    });

    test(`${kind}: a member that is missing or of another type is refused, naming it`, async () => {
      const whole = card(kind);
      for (const member of Object.keys(whole).filter((name) => name !== 'check' && name !== 'nodeId')) {
        const { [member]: _, ...rest } = whole;
        // older cards have no head; that one was taken away shows in the fingerprint
        const forgeries = member === 'journalHead' ? [] : [rest];
        for (const forged of [...forgeries, { ...whole, [member]: 7 }]) {
          const { status, json } = await judge(kind, forged);
          expect([member, status, json()['code']]).toEqual([member, 1, 'IDENTITY_CARD_INVALID']);
          expect(json()['message']).toContain(member);
        }
      }
    });

    test(`${kind}: an optional member of the kind that is missing is refused`, async () => {
      const whole = card(kind);
      for (const member of ['check', 'nodeId'].filter((name) => name in whole)) {
        const { [member]: _, ...rest } = whole;
        const { status, json } = await judge(kind, rest);
        expect([member, [1, 4].includes(status ?? 0)]).toEqual([member, true]);
        expect(json()['code']).toMatch(/^IDENTITY_(CARD_MISMATCH|PAYLOAD_INVALID)$/);
      }
    });

    test(`${kind}: the public half of another identity is refused`, async () => {
      const whole = card(kind);
      const other = card(`${kind}-other`);
      for (const member of ['publicId', 'publicKey', 'nodeId', 'check'].filter((name) => name in whole)) {
        if (JSON.stringify(other[member]) === JSON.stringify(whole[member])) continue;
        const { status, json } = await judge(kind, { ...whole, [member]: other[member] });
        expect([member, [1, 4].includes(status ?? 0)]).toEqual([member, true]);
        expect(json()['code']).toMatch(/^IDENTITY_(CARD_MISMATCH|PAYLOAD_INVALID)$/);
      }
    });

    test(`${kind}: the whole public half of another identity over this seal is refused`, async () => {
      const { status } = await judge(kind, { ...card(`${kind}-other`), sealed: card(kind).sealed });
      expect([1, 4]).toContain(status);
    });

    test(`${kind}: another sealed file is a mismatch, exit 4`, async () => {
      const whole = card(kind);
      for (const sealed of [
        { ...whole.sealed, sha256: '0'.repeat(64) },
        { ...whole.sealed, size: Number(whole.sealed['size']) + 1 },
        card(`${kind}-other`).sealed,
      ]) {
        const { status, json } = await judge(kind, { ...whole, sealed });
        expect([status, json()['code']]).toEqual([4, 'IDENTITY_CARD_MISMATCH']);
      }
    });
  }

  test('another kind, an unknown member, an unknown kind and no JSON at all are refused', async () => {
    const whole = card('solana');
    expect((await judge('solana', { ...whole, kind: 'libp2p-ed25519' })).status).toBe(1);
    expect((await judge('solana', { ...whole, kind: 'no-such-kind' })).status).not.toBe(0);
    for (const forged of [{ ...whole, note: 'x' }, { ...whole, schema: 'valops/identity-card/2' }, [], null, '{', '']) {
      expect((await judge('solana', forged)).json()['code']).toBe('IDENTITY_CARD_INVALID');
    }
  });

  test('recipients that the header does not have are refused: another number, another type, another SSH key', async () => {
    const whole = card('solana');
    const { sealed } = whole;
    const [first, second] = (sealed as { recipients: readonly [object, object] }).recipients;
    for (const recipients of [
      [first],
      [first, second, second],
      [first, { type: 'mlkem768x25519', fingerprint: 'SHA256:forged' }],
      [first, { type: 'ssh-ed25519', fingerprint: 'SHA256:forged' }],
    ]) {
      const ran = await judge('solana', { ...whole, sealed: { ...sealed, recipients } });
      expect([ran.status, ran.json()['code']]).toEqual([4, 'IDENTITY_CARD_MISMATCH']);
    }
  });

  test('what only people can compare, the fingerprint, changes with every other member', async () => {
    const whole = card('solana');
    const { sealed } = whole;
    const { fingerprint } = (await judge('solana', whole)).json();
    const { recipients } = sealed as { recipients: readonly object[] };
    const forgedFingerprints = recipients.map((recipient) => ({ ...recipient, fingerprint: 'SHA256:forged' }));
    for (const forged of [
      { ...whole, createdAt: '2001-01-01T00:00:00.000Z' },
      { ...whole, online: whole['online'] !== true },
      { ...whole, tool: 'valops 9.9.9' },
      { ...whole, sealed: { ...sealed, file: 'other.age' } },
      { ...whole, sealed: { ...sealed, recipients: forgedFingerprints } },
    ]) {
      const ran = await judge('solana', forged);
      expect(ran.status === 0 && ran.json()['fingerprint'] === fingerprint).toBe(false);
    }
  });
});
