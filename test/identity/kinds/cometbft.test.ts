import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { Header } from 'tar/header';
import type { HeaderData } from 'tar/header';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cometbft } from '../../../src/identity/kinds/cometbft.ts';
import { ValopsError } from '../../../src/lib/errors.ts';
import { packUstar } from '../../../src/identity/ustar.ts';
import { fixedBytes, makeContext } from '../../support/context.ts';
import { bytesOf, refusalOf, placeAndCollect, utf8 } from '../../support/kinds.ts';

const vectors = join(import.meta.dirname, '../../vectors/cometbft');
const homes = readdirSync(vectors).filter((name) => name !== 'SOURCE.md');
const paths = ['config/priv_validator_key.json', 'config/node_key.json', 'data/priv_validator_state.json'] as const;

interface Files {
  readonly validator: string;
  readonly node: string;
  readonly state: string;
}

interface PrivateKeyFile {
  readonly priv_key: { readonly value: string };
}

function filesOf(home: string): Files {
  const read = (path: string): string => readFileSync(join(vectors, home, path), 'utf8');
  return { validator: read(paths[0]), node: read(paths[1]), state: read(paths[2]) };
}

function pack({ validator, node, state }: Files): Uint8Array {
  const contents = [validator, node, state];
  return packUstar(paths.map((path, at) => ({ path, bytes: utf8(contents[at] ?? '') })));
}

function shown(home: string): { nodeId: string; validator: { value: string } } {
  return JSON.parse(readFileSync(join(vectors, home, 'shown.json'), 'utf8')) as ReturnType<typeof shown>;
}

const files = filesOf('1.0.1-1');
const secrets = [files.validator, files.node].map((text) => (JSON.parse(text) as PrivateKeyFile).priv_key.value);

describe('cometbft files of the real program', () => {
  test('there are six homes of two releases, and the published example', () => {
    expect(homes.length).toBe(7);
  });

  test.each(homes)('%s: validator address, public key and node id are those it shows', (home) => {
    const { validator, nodeId } = shown(home);
    const { address } = JSON.parse(filesOf(home).validator) as { address: string };
    expect(cometbft.derive(pack(filesOf(home)))).toEqual({
      publicId: address,
      publicKey: Buffer.from(validator.value, 'base64').toString('hex'),
      extra: { nodeId },
    });
  });

  test('the example of the documentation has the published address', () => {
    expect(cometbft.derive(pack(filesOf('docs'))).publicId).toBe('E74FBE24164CFC4F88E311C3AC92E63D0DC310D8');
  });

  test.each(homes)('%s: generate from the same seeds writes the same bytes', async (home) => {
    const { validator, node } = filesOf(home);
    const seeds = [validator, node].map((text) =>
      Buffer.from((JSON.parse(text) as PrivateKeyFile).priv_key.value, 'base64').subarray(0, 32),
    );
    const { payload } = await cometbft.generate(makeContext({ randomBytes: fixedBytes(...seeds) }).context, {});
    expect(Buffer.from(bytesOf(payload))).toEqual(Buffer.from(pack(filesOf(home))));
  });
});

describe('cometbft payload', () => {
  test('is re-derived, and the same bytes for the same seeds', async () => {
    const seeds = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const first = await cometbft.generate(makeContext({ randomBytes: fixedBytes(...seeds) }).context, {});
    const second = await cometbft.generate(makeContext({ randomBytes: fixedBytes(...seeds) }).context, {});
    expect(bytesOf(first.payload)).toEqual(bytesOf(second.payload));
    expect(cometbft.derive(bytesOf(first.payload))).toEqual(first.identity);
    expect(first.identity.publicId).toMatch(/^[0-9A-F]{40}$/);
  });

  test('agrees with node:crypto on random seeds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 64, maxLength: 64 }), async (bytes) => {
        const seeds = [bytes.subarray(0, 32), bytes.subarray(32)];
        const { identity } = await cometbft.generate(makeContext({ randomBytes: fixedBytes(...seeds) }).context, {});
        const [validator, node] = seeds.map((seed) => {
          const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
          const key = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
          return key.export({ format: 'der', type: 'spki' }).subarray(-32);
        });
        const address = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 40);
        expect(identity).toEqual({
          publicId: address(validator ?? Buffer.alloc(0)).toUpperCase(),
          publicKey: validator?.toString('hex'),
          extra: { nodeId: address(node ?? Buffer.alloc(0)) },
        });
      }),
      { numRuns: 30 },
    );
  });

  test('is placed as three files of 0600, of which an existing state is kept', () => {
    const placed = cometbft.place(pack(files));
    expect(placed.map(({ path, mode, existing }) => [path, mode, existing])).toEqual([
      [paths[0], 0o600, 'compare'],
      [paths[1], 0o600, 'compare'],
      [paths[2], 0o600, 'keep'],
    ]);
    expect(placed.map(({ bytes }) => bytes.useText((text) => text))).toEqual([
      files.validator,
      files.node,
      files.state,
    ]);
    expect(placeAndCollect(cometbft, pack(files))).toEqual(pack(files));
  });

  test('is collected the same whatever the validator has signed since', () => {
    const worked = {
      ...files,
      state: '{\n  "height": "918273",\n  "round": 2,\n  "step": 3,\n  "signature": "AAAA"\n}',
    };
    const target: Readonly<Record<string, string>> = {
      [paths[0]]: worked.validator,
      [paths[1]]: worked.node,
      [paths[2]]: worked.state,
    };
    const read = (path: string): Uint8Array | null => (target[path] === undefined ? null : utf8(target[path]));
    expect(bytesOf(cometbft.collect(read) ?? failNull())).toEqual(pack(files));
  });

  test('is collected as nothing from an empty home, and as something else from half an identity', async () => {
    expect(cometbft.collect(() => null)).toBeNull();
    expect(cometbft.collect((path) => (path === paths[2] ? utf8(files.state) : null))).toBeNull();
    const half = cometbft.collect((path) => (path === paths[0] ? utf8(files.validator) : null)) ?? failNull();
    expect(bytesOf(half)).not.toEqual(pack(files));
    expect(await refusalOf(() => cometbft.derive(bytesOf(half)), secrets)).toHaveProperty(
      'code',
      'IDENTITY_PAYLOAD_INVALID',
    );
  });
});

function failNull(): never {
  throw new Error('expected something to be collected');
}

describe('cometbft refuses a payload whose files disagree', () => {
  const other = filesOf('0.38.17-1');
  const field = (text: string, name: string): string => new RegExp(`"${name}": "([^"]+)"`).exec(text)?.[1] ?? '';
  const otherPublic = /PubKeyEd25519",\s+"value": "([^"]+)"/.exec(other.validator)?.[1] ?? '';
  const ownPublic = /PubKeyEd25519",\s+"value": "([^"]+)"/.exec(files.validator)?.[1] ?? '';
  const swapHalf = (value: string): string =>
    Buffer.concat([Buffer.from(value, 'base64').subarray(0, 32), Buffer.from(otherPublic, 'base64')]).toString(
      'base64',
    );

  test.each<[string, Files]>([
    [
      'another address',
      {
        ...files,
        validator: files.validator.replace(field(files.validator, 'address'), field(other.validator, 'address')),
      },
    ],
    [
      'a lowercase address',
      { ...files, validator: files.validator.replace(/[0-9A-F]{40}/, (hex) => hex.toLowerCase()) },
    ],
    ['another public key', { ...files, validator: files.validator.replace(ownPublic, otherPublic) }],
    ['another public half in the secret', { ...files, validator: files.validator.replace(secrets[0] ?? '', swapHalf) }],
    ['another public half in the node key', { ...files, node: files.node.replace(secrets[1] ?? '', swapHalf) }],
    [
      'a bare seed',
      {
        ...files,
        node: files.node.replace(secrets[1] ?? '', (value) =>
          Buffer.from(value, 'base64').subarray(0, 32).toString('base64'),
        ),
      },
    ],
    ['a secret that is not base64', { ...files, node: files.node.replace('==', '!=') }],
    ['a secret without padding', { ...files, node: files.node.replace('==', '') }],
    ['a secp256k1 key', { ...files, node: files.node.replace('PrivKeyEd25519', 'PrivKeySecp256k1') }],
    ['an unknown member', { ...files, node: files.node.replace('{"priv_key"', '{"extra":1,"priv_key"') }],
    ['a missing member', { ...files, validator: files.node }],
    ['an array', { ...files, node: `[${files.node}]` }],
    ['null', { ...files, node: 'null' }],
    ['text that is not JSON', { ...files, validator: files.validator.slice(0, -1) }],
    ['bytes that are not UTF-8', { ...files, node: '\udcff' }],
    ['an empty file', { ...files, node: '' }],
    ['a state with a height', { ...files, state: files.state.replace('"0"', '"1"') }],
    ['a numeric height', { ...files, state: files.state.replace('"0"', '0') }],
    ['a state with a signature', { ...files, state: files.state.replace('{', '{"signature":"AA==",') }],
  ])('%s', async (_name, changed) => {
    expect(changed).not.toEqual(files);
    expect(await refusalOf(() => cometbft.derive(pack(changed)), secrets)).toHaveProperty(
      'code',
      'IDENTITY_PAYLOAD_INVALID',
    );
    expect(await refusalOf(() => cometbft.place(pack(changed)), secrets)).toHaveProperty(
      'code',
      'IDENTITY_PAYLOAD_INVALID',
    );
  });
});

describe('cometbft refuses an archive that is not exactly its three files', () => {
  /** An archive of raw members: headers are node-tar's, without our own packer's limits. */
  function archive(members: readonly (HeaderData & { readonly body?: string })[], end = 1024): Buffer {
    const parts = members.map(({ body = '', ...data }) => {
      const header = Buffer.alloc(512);
      new Header({ mode: 0o600, uid: 0, gid: 0, mtime: new Date(0), type: 'File', size: body.length, ...data }).encode(
        header,
        0,
      );
      return Buffer.concat([header, Buffer.from(body), Buffer.alloc((512 - (body.length % 512)) % 512)]);
    });
    return Buffer.concat([...parts, Buffer.alloc(end)]);
  }

  const three = [
    { path: paths[0], body: files.validator },
    { path: paths[1], body: files.node },
    { path: paths[2], body: files.state },
  ];
  const [validator, node, state] = three as [(typeof three)[0], (typeof three)[0], (typeof three)[0]];
  const good = archive(three);

  function corrupted(at: number, bytes: string): Buffer {
    const copy = Buffer.from(good);
    copy.write(bytes, at, 'latin1');
    return copy;
  }

  test('the archive these cases start from is accepted', () => {
    expect(cometbft.derive(good)).toEqual(cometbft.derive(pack(files)));
    expect(cometbft.derive(archive([state, node, validator]))).toEqual(cometbft.derive(pack(files)));
  });

  test.each<[string, Uint8Array]>([
    ['empty', new Uint8Array()],
    ['zeros only', Buffer.alloc(10240)],
    ['text', Buffer.from('not a tar at all'.repeat(100))],
    ['one zero block at the end', archive(three, 512)],
    ['no end', archive(three, 0)],
    ['cut off in a file', good.subarray(0, 700)],
    ['cut off in a header', good.subarray(0, 100)],
    ['bytes after the end', Buffer.concat([good, Buffer.from('x')])],
    ['a member after the end', Buffer.concat([good, archive([{ path: 'x', body: 'x' }])])],
    ['a missing state', archive([validator, node])],
    ['a missing node key', archive([validator, state])],
    ['a fourth file', archive([...three, { path: 'config/config.toml', body: 'x' }])],
    ['a file twice', archive([...three, validator])],
    ['a directory', archive([{ path: 'config/', type: 'Directory' }, ...three])],
    ['a symbolic link', archive([{ path: paths[0], type: 'SymbolicLink', linkpath: '/etc/passwd' }, node, state])],
    ['a hard link', archive([{ path: paths[0], type: 'Link', linkpath: paths[1] }, node, state])],
    ['a file with a link name', archive([{ ...validator, linkpath: 'x' }, node, state])],
    ['a fifo', archive([{ path: paths[0], type: 'FIFO' }, node, state])],
    ['a device', archive([{ path: paths[0], type: 'CharacterDevice' }, node, state])],
    ['a contiguous file', archive([{ ...validator, type: 'ContiguousFile' }, node, state])],
    ['a GNU long name', archive([{ path: '././@LongLink', type: 'NextFileHasLongPath', body: 'x' }, ...three])],
    ['a pax header', archive([{ path: 'PaxHeader/x', type: 'ExtendedHeader', body: '12 path=abc\n' }, ...three])],
    [
      'a pax header of a right name',
      archive([{ path: paths[0], type: 'ExtendedHeader', body: '12 path=abc\n' }, node, state]),
    ],
    ['a global pax header', archive([{ path: 'g', type: 'GlobalExtendedHeader', body: '12 path=abc\n' }, ...three])],
    ['traversal', archive([{ ...validator, path: '../config/priv_validator_key.json' }, node, state])],
    ['traversal inside', archive([{ ...validator, path: 'config/../config/priv_validator_key.json' }, node, state])],
    ['an absolute name', archive([{ ...validator, path: '/config/priv_validator_key.json' }, node, state])],
    ['a dotted name', archive([{ ...validator, path: './config/priv_validator_key.json' }, node, state])],
    ['a doubled slash', archive([{ ...validator, path: 'config//priv_validator_key.json' }, node, state])],
    ['another case', archive([{ ...validator, path: 'CONFIG/priv_validator_key.json' }, node, state])],
    ['a wrong checksum', corrupted(148, '0000000')],
    ['a name changed under its checksum', corrupted(0, 'x')],
    ['a size that is no number', corrupted(124, 'zzzzzzzzzzz')],
    ['an owner in malformed base-256, on which node-tar throws', corrupted(108, '\xb0')],
    ['a negative size', archive([{ ...validator, size: -1 }, node, state])],
    ['a size beyond the end', archive([{ ...validator, size: 0o7777777777 }, node, state])],
    ['a size beyond what numbers hold', archive([{ ...validator, size: 2 ** 52 }, node, state])],
  ])('%s', async (_name, payload) => {
    expect(await refusalOf(() => cometbft.derive(payload), secrets)).toHaveProperty('code', 'IDENTITY_PAYLOAD_INVALID');
    expect(await refusalOf(() => cometbft.place(payload), secrets)).toHaveProperty('code', 'IDENTITY_PAYLOAD_INVALID');
  });

  test('any single changed byte is refused or changes nothing of the identity', () => {
    /** The identity as text, or the code of the refusal. */
    const outcomeOf = (payload: Uint8Array): string => {
      try {
        return JSON.stringify(cometbft.derive(payload));
      } catch (error) {
        return error instanceof ValopsError ? error.code : String(error);
      }
    };
    const expected = outcomeOf(good);
    expect(expected).toMatch(/^\{/);
    fc.assert(
      fc.property(fc.nat({ max: good.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const copy = Buffer.from(good);
        copy[at] = (copy[at] ?? 0) ^ flip;
        expect(outcomeOf(copy)).toSatisfy((outcome) => outcome === expected || outcome === 'IDENTITY_PAYLOAD_INVALID');
      }),
      { numRuns: 400 },
    );
  });

  test('random bytes are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        expect(() => cometbft.derive(bytes)).toThrow(expect.objectContaining({ code: 'IDENTITY_PAYLOAD_INVALID' }));
      }),
    );
  });
});

describe('cometbft and real programs', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'valops-test-cometbft-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const tar = ['/bin/tar', '/usr/bin/tar'].find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  const program = process.env['VALOPS_TEST_COMETBFT'];

  test.runIf(tar !== undefined)('the tar of this system unpacks the payload (needs tar)', async () => {
    const { payload } = await cometbft.generate(makeContext().context, {});
    execFileSync(tar ?? '', ['-x', '-f', '-', '-C', home], { input: bytesOf(payload) });
    const collected = cometbft.collect((path) => readFileSync(join(home, path))) ?? failNull();
    expect(bytesOf(collected)).toEqual(bytesOf(payload));
    expect(statSync(join(home, paths[0])).mode & 0o777).toBe(0o600);
    expect(execFileSync(tar ?? '', ['-t', '-f', '-'], { input: bytesOf(payload), encoding: 'utf8' })).toBe(
      `${paths.join('\n')}\n`,
    );
  });

  test.runIf(program !== undefined)(
    'cometbft shows what we derived (VALOPS_TEST_COMETBFT names its binary)',
    async () => {
      const run = (...args: string[]): string =>
        execFileSync(program ?? '', [...args, '--home', home], { encoding: 'utf8' }).trim();
      const { payload, identity } = await cometbft.generate(makeContext().context, {});
      for (const { path, bytes, mode } of cometbft.place(bytesOf(payload))) {
        mkdirSync(dirname(join(home, path)), { recursive: true });
        writeFileSync(join(home, path), bytesOf(bytes), { mode });
      }
      // It keeps the keys that are there and adds what is missing.
      run('init');
      expect(run('show-node-id')).toBe(identity.extra?.['nodeId']);
      const { value } = JSON.parse(run('show-validator')) as { value: string };
      expect(Buffer.from(value, 'base64').toString('hex')).toBe(identity.publicKey);
      const genesis = JSON.parse(readFileSync(join(home, 'config/genesis.json'), 'utf8')) as {
        validators: { address: string }[];
      };
      expect(genesis.validators.map(({ address }) => address)).toEqual([identity.publicId]);
      const collected = cometbft.collect((path) => readFileSync(join(home, path))) ?? failNull();
      expect(bytesOf(collected)).toEqual(bytesOf(payload));
    },
  );
});
