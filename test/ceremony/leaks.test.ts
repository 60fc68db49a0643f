import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bech32 } from '@scure/base';
import { expect, test } from 'vitest';
import { ceremonyOptions, accepted, makeCeremonyPlace } from '../support/ceremony.ts';
import { formsOf, found, type Needle } from '../support/encodings.ts';
import { watchProcesses } from '../support/process-watch.ts';
import { snapshot } from '../support/snapshot.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { valops } from '../support/valops.ts';

/** The secrets of an age key file: its line in both cases, and the scalar in every form. */
function secretsOfKey(path: string): readonly Needle[] {
  const text = /AGE-SECRET-KEY-1([0-9A-Z]+)/.exec(readFileSync(path, 'utf8'));
  const { bytes } = bech32.decodeToBytes(text?.[0] ?? '');
  const line = text?.[1] ?? '';
  return [
    { name: `${path}, line`, bytes: Buffer.from(line) },
    { name: `${path}, lower-case line`, bytes: Buffer.from(line.toLowerCase()) },
    ...formsOf(path, bytes),
  ];
}

/** The lines of a page, which are the share in clear. */
function secretsOfPage(path: string): readonly Needle[] {
  const lines = /<pre id="share">\n([^<]*)\n<\/pre>/.exec(readFileSync(path, 'utf8'))?.[1]?.split('\n') ?? [];
  expect(lines.length).toBeGreaterThan(2);
  // the first line is set, index and threshold: public
  return lines.slice(2).map((line) => ({ name: `${path}, line`, bytes: Buffer.from(line) }));
}

test(
  'a ceremony leaves keys and shares in memory, seals on the medium, and no secret anywhere else',
  { timeout: 180_000 },
  async () => {
    const place = await makeCeremonyPlace({
      identities: [
        { kind: 'solana', name: 'sol', options: { words: '24' } },
        { kind: 'cometbft', name: 'comet' },
      ],
    });
    const temporary = join(temporaryDirectory(), 'tmp');
    mkdirSync(temporary);
    const options = ceremonyOptions(place);
    const watch = watchProcesses(temporary);
    const ran = await valops(['ceremony', '--answers', place.answersFile, ...accepted], {
      ...options,
      env: { TMPDIR: temporary, TMP: temporary, TEMP: temporary, NODE_OPTIONS: undefined },
    });
    const processes = await watch.stop();
    expect(ran.status, ran.stderr).toBe(0);
    expect([...watch.appeared]).toEqual([]);

    const open = async (name: string): Promise<Buffer> =>
      (await valops(['decrypt', '-i', place.homes.keys[0], join(place.out, name)], { home: place.homes.homes[0] }))
        .output;
    const solana = Uint8Array.from(JSON.parse((await open('sol/sol.age')).toString()) as number[]).subarray(0, 32);
    const comet = [
      ...(await open('comet/comet.age')).toString('latin1').matchAll(/"priv_key":[^}]*"value": *"([^"]+)"/g),
    ];
    expect(comet).toHaveLength(2);
    const words = (await open('sol/sol-words.age')).toString().trim().split(/\s+/);
    expect(words).toHaveLength(24);
    const keys = ['offline', 'escrow'].map((name) => join(place.memory, 'work', `${name}.key`));
    const pages = readdirSync(join(place.memory, 'pages')).map((name) => join(place.memory, 'pages', name));
    expect(pages).toHaveLength(3);
    const needles = [
      ...keys.flatMap(secretsOfKey),
      ...pages.flatMap(secretsOfPage),
      ...formsOf('solana', solana),
      ...comet.flatMap(([, value = ''], index) =>
        formsOf(`comet ${index}`, Buffer.from(value, 'base64').subarray(0, 32)),
      ),
      { name: 'words', bytes: Buffer.from(words.slice(0, 4).join(' ')) },
    ];

    // the search is proven on the files that must hold a secret
    for (const path of [...keys, ...pages])
      expect([path, found(needles, readFileSync(path)).length > 0]).toEqual([path, true]);
    expect(found(needles, Buffer.concat([ran.output, Buffer.from(ran.stderr)]))).toEqual([]);
    expect(found(needles, processes)).toEqual([]);
    const entries = snapshot(place.directory).filter(({ type }) => type === 'file');
    expect(entries.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['out/transcript.json', 'out/transcript.html', 'air-gapped/journal.jsonl']),
    );
    expect(entries.filter(({ bytes }) => found(needles, bytes).length > 0).map(({ path }) => path)).toEqual([]);
  },
);
