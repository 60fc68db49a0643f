import { describe, expect, test } from 'vitest';
import { sealBytes } from '../../src/age/engine.ts';
import type { Identity } from '../../src/age/identities.ts';
import { journalledOpening } from '../../src/age/opening.ts';
import { parseRecipient } from '../../src/age/recipients.ts';
import type { Journal } from '../../src/core/journal.ts';
import { noDoors } from '../support/age-doors.ts';
import { makeSecretKey } from '../support/escrow.ts';

type Said = readonly [phase: string, said: unknown];

function listen(): { readonly said: Said[]; readonly journal: Journal } {
  const said: Said[] = [];
  const journal: Journal = {
    head: () => null,
    begin(record) {
      said.push(['begin', record]);
      return {
        done: (details) => void said.push(['done', details]),
        failed: (code, details) => void said.push([code, details]),
      };
    },
  };
  return { said, journal };
}

async function sealedTo(...keys: readonly { readonly recipient: { readonly text: string } }[]): Promise<Uint8Array> {
  const recipients = keys.map(({ recipient }) => parseRecipient(recipient.text, noDoors()));
  return sealBytes(Buffer.from('plain'), recipients);
}

describe('a journalled opening', () => {
  test('says before what will be opened with which keys, and after which key opened which file', async () => {
    const [one, two] = [await makeSecretKey(), await makeSecretKey()];
    const identities: readonly Identity[] = [one.identity, two.identity];
    const [first, second] = [await sealedTo(two), await sealedTo(one)];
    const { said, journal } = listen();
    const record = { action: 'open', purpose: 'test', opens: ['first', 'second'], details: { opens: ['more'], a: 1 } };
    await journalledOpening(
      journal,
      record,
      identities,
      async (opening) => {
        expect(said).toHaveLength(1);
        (await opening.bytes('first', first)).wipe();
        for await (const _ of opening.stream('second', once(second)));
      },
      () => ({ opened: [{ file: 'more' }], verdict: 'good' }),
    );
    const keys = identities.map(({ recipient }) => recipient?.fingerprint ?? '');
    const { opens, ...begun } = record;
    expect(said).toEqual([
      ['begin', { ...begun, keys, details: { opens: ['more', ...opens], a: 1 } }],
      [
        'done',
        {
          verdict: 'good',
          opened: [
            { file: 'more' },
            { file: 'first', key: keys[1], sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
            { file: 'second', key: keys[0], sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
          ],
        },
      ],
    ]);
  });

  test('of a damaged file fails, and still says which key was used; without a digest, as it was not read to its end', async () => {
    const key = await makeSecretKey();
    const damaged = Uint8Array.from(await sealedTo(key));
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    const { said, journal } = listen();
    const opening = journalledOpening(
      journal,
      { action: 'open', purpose: 'test', opens: ['f'] },
      [key.identity],
      (one) => one.bytes('f', damaged),
    );
    await expect(opening).rejects.toMatchObject({ code: 'AGE_PAYLOAD_INVALID' });
    expect(said[1]).toEqual(['AGE_PAYLOAD_INVALID', { opened: [{ file: 'f', key: key.recipient.fingerprint }] }]);
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
