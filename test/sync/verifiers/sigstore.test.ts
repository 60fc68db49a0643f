import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import fc from 'fast-check';
import { createHash, createPublicKey, createSign, sign } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { VerifySpec } from '../../../src/sync/declaration.ts';
import { altered, type Answer, artifact, ask, hasVector, vector } from './material.ts';
import { type TinyLog, tinyLog } from './tiny-log.ts';

const cases = readdirSync(join(import.meta.dirname, '../../vectors/sigstore'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const identity =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const issuer = 'https://token.actions.githubusercontent.com';

/** A file of the case, or what CASES.md says instead. */
function text(name: string, file: string, otherwise: string): string {
  return hasVector('sigstore', name, file)
    ? Buffer.from(vector('sigstore', name, file))
        .toString()
        .trim()
    : otherwise;
}

function rootOf(name: string): Uint8Array {
  return hasVector('sigstore', name, 'trusted_root.json')
    ? vector('sigstore', name, 'trusted_root.json')
    : vector('sigstore', 'public-good.trusted_root.json');
}

function artifactOf(name: string): Uint8Array {
  return hasVector('sigstore', name, 'artifact') ? vector('sigstore', name, 'artifact') : vector('sigstore', 'a.txt');
}

async function judged(
  name: string,
  changes: Partial<Extract<VerifySpec, { type: 'sigstore' }>> = {},
  files: { readonly bundle?: Uint8Array; readonly root?: Uint8Array; readonly artifact?: Uint8Array } = {},
): Promise<Answer> {
  const hasKey = hasVector('sigstore', name, 'key.pub');
  return ask({
    spec: {
      type: 'sigstore',
      bundle: 'bundle.sigstore.json',
      trustedRoot: 'root.json',
      ...(hasKey
        ? { key: 'key.pub', signers: [] }
        : { signers: [{ identity: text(name, 'identity', identity), issuer: text(name, 'issuer', issuer) }] }),
      threshold: 1,
      ...changes,
    },
    artifact: artifact('a.txt', files.artifact ?? artifactOf(name)),
    evidence: { 'bundle.sigstore.json': files.bundle ?? vector('sigstore', name, 'bundle.sigstore.json') },
    trust: {
      'root.json': files.root ?? rootOf(name),
      ...(hasKey ? { 'key.pub': vector('sigstore', name, 'key.pub') } : {}),
    },
  });
}

/** The same by @sigstore/verify alone: whether it accepts. */
function libraryAccepts(
  name: string,
  { root = rootOf(name), artifact = artifactOf(name), identity: san = text(name, 'identity', identity) } = {},
): boolean {
  try {
    const bundle = bundleFromJSON(parsed(vector('sigstore', name, 'bundle.sigstore.json')));
    const hasKey = hasVector('sigstore', name, 'key.pub');
    const trust = toTrustMaterial(TrustedRoot.fromJSON(parsed(root)), () => {
      if (!hasKey) throw new Error('no key');
      return { publicKey: createPublicKey(Buffer.from(vector('sigstore', name, 'key.pub'))), validFor: () => true };
    });
    const policy = {
      subjectAlternativeName: san,
      extensions: { issuer: text(name, 'issuer', issuer) },
    };
    new Verifier(trust).verify(toSignedEntity(bundle, Buffer.from(artifact)), ...(hasKey ? [] : [policy]));
    return true;
  } catch {
    return false;
  }
}

describe('every case of the conformance suite is judged right', () => {
  test('there are cases', () => expect(cases.length).toBe(36));

  test.each(cases)('%s', async (name) => {
    const answer = await judged(name);
    if (name.endsWith('_fail')) {
      expect(['SYNC_SIGNATURE_INVALID', 'SYNC_SIGNERS_TOO_FEW']).toContain(answer.result);
    } else expect(answer).toMatchObject({ result: 'verified', message: '', remarks: [] });
  });

  test('@sigstore/verify 3.1.1 alone judges these cases alike', () => {
    expect(cases.filter((name) => libraryAccepts(name) === name.endsWith('_fail'))).toEqual([]);
  });
});

/** Where @sigstore/verify 3.1.1 errs when it is asked alone. What it accepts wrongly is closed by us. */
describe('what the library gets wrong, and we do not', () => {
  const withoutStart = Buffer.from(
    Buffer.from(rootOf('rekor2-dsse-happy-path'))
      .toString()
      .replaceAll(/"start": *"[^"]*"/g, '"unrelated": "x"'),
  );

  test('a trusted root whose keys have no start of validity: accepted by it, unreadable to us', async () => {
    const name = 'rekor2-dsse-happy-path';
    expect(libraryAccepts(name, { root: withoutStart })).toBe(true);
    const answer = await judged(name, {}, { root: withoutStart });
    expect(answer).toMatchObject({
      result: 'SYNC_VERIFIER_BLIND',
      message: expect.stringContaining('tlogs.0.publicKey.validFor.start') as string,
    });
  });

  test('an attestation about another file: it never sees the artifact', async () => {
    const other = Buffer.from('another file');
    expect(libraryAccepts('rekor2-dsse-happy-path', { artifact: other })).toBe(true);
    const answer = await judged('rekor2-dsse-happy-path', {}, { artifact: other });
    expect(answer).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    expect(answer.message).toContain('its statement is about other files than "a.txt"');
  });

  test('an identity is a pattern to it, and need not match whole', async () => {
    const part = '.github/workflows';
    expect(libraryAccepts('happy-path-v0.3', { identity: part })).toBe(true);
    const answer = await judged('happy-path-v0.3', { signers: [{ identity: part, issuer }] });
    expect(answer).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
    expect(answer.message).toContain(`${identity} (${issuer}), who is not trusted`);
  });

  test('an attestation logged by Rekor v2 as a record of what was signed: refused by it, good to us', async () => {
    const log = tinyLog();
    const bundle = log.statement(statementAbout(vector('sigstore', 'a.txt')));
    const trust = toTrustMaterial(TrustedRoot.fromJSON(parsed(log.trustedRoot)), () => ({
      publicKey: createPublicKey(Buffer.from(log.publisher)),
      validFor: () => true,
    }));
    expect(() => new Verifier(trust).verify(toSignedEntity(bundleFromJSON(parsed(bundle))))).toThrow('digest mismatch');
    expect(await byKey(log, bundle, vector('sigstore', 'a.txt'))).toMatchObject({
      result: 'verified',
      signers: ['key.pub'],
    });
    const other = log.statement(statementAbout(vector('sigstore', 'a.txt')), { logged: 'nothing' });
    expect(await byKey(log, other, vector('sigstore', 'a.txt'))).toMatchObject({
      result: 'SYNC_SIGNATURE_INVALID',
      message: expect.stringContaining('digest mismatch') as string,
    });
  });
});

describe('who signed', () => {
  test.each([
    ['another identity', { identity: `${identity}x`, issuer }],
    ['another ref', { identity: identity.replace('main', 'release'), issuer }],
    ['another issuer', { identity, issuer: 'https://accounts.google.com' }],
    ['another case', { identity: identity.toUpperCase(), issuer }],
    ['an issuer with a slash more', { identity, issuer: `${issuer}/` }],
  ])('%s is not trusted', async (_, signer) => {
    expect(await judged('happy-path-v0.3', { signers: [signer] })).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
  });

  test('a second trusted signer changes nothing, a second needed one does', async () => {
    const signers = [
      { identity: 'release@example.org', issuer },
      { identity, issuer },
    ];
    expect(await judged('happy-path-v0.3', { signers })).toMatchObject({
      result: 'verified',
      signers: [`${identity} (${issuer})`],
    });
    expect(await judged('happy-path-v0.3', { signers, threshold: 2 })).toMatchObject({
      result: 'SYNC_SIGNERS_TOO_FEW',
    });
    expect(await judged('happy-path-v0.3', { signers: [...signers, ...signers], threshold: 2 })).toMatchObject({
      result: 'SYNC_SIGNERS_TOO_FEW',
    });
  });

  test('a threshold that would need nobody is refused', async () => {
    for (const threshold of [0, -1, 0.5, Number.NaN]) {
      expect(await judged('happy-path-v0.3', { threshold })).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
    }
  });

  test('a bundle by certificate where a key is asked for, and by a key where a certificate is', async () => {
    const log = tinyLog();
    const certified = vector('sigstore', 'happy-path-v0.3', 'bundle.sigstore.json');
    expect((await byKey(log, certified, vector('sigstore', 'a.txt'))).message).toContain('asks for a key');
    expect((await judged('managed-key-no-key_fail')).message).toContain('asks for a certificate');
  });
});

describe('what it is about', () => {
  test('another key, a key file that is none, a root that is none', async () => {
    const [log, other] = [tinyLog(), tinyLog()];
    const bytes = Buffer.from('release');
    const bundle = messageBundle(log, bytes);
    expect(await byKey(log, bundle, bytes)).toMatchObject({ result: 'verified' });
    expect(await byKey({ ...log, publisher: other.publisher }, bundle, bytes)).toMatchObject({
      result: 'SYNC_SIGNATURE_INVALID',
    });
    expect(await byKey({ ...log, publisher: Buffer.from('no key') }, bundle, bytes)).toMatchObject({
      result: 'SYNC_VERIFIER_BLIND',
    });
    for (const trustedRoot of ['', '{}', 'null', '[]', '{"mediaType":"x"}', '<html>']) {
      expect(await byKey({ ...log, trustedRoot: Buffer.from(trustedRoot) }, bundle, bytes)).toMatchObject({
        result: 'SYNC_VERIFIER_BLIND',
      });
    }
    expect(await byKey({ ...log, trustedRoot: other.trustedRoot }, bundle, bytes)).toMatchObject({
      result: 'SYNC_SIGNATURE_INVALID',
    });
  });

  test('one of several saved roots suffices, and one of several bundles', async () => {
    const [log, other] = [tinyLog(), tinyLog()];
    const bytes = Buffer.from('release');
    const lines = (...documents: readonly Uint8Array[]): Buffer => Buffer.from(documents.map(String).join('\n'));
    const both = { ...log, trustedRoot: lines(Buffer.from(other.trustedRoot), Buffer.from(log.trustedRoot)) };
    const bundles = lines(Buffer.from(messageBundle(other, bytes)), Buffer.from(messageBundle(log, bytes)));
    const answer = await byKey(both, bundles, bytes);
    expect(answer).toMatchObject({ result: 'verified' });
    expect(answer.remarks).toEqual([expect.stringContaining('bundle 1 of "b.json"')]);
  });

  test('evidence that is no bundle', async () => {
    const log = tinyLog();
    for (const bundle of [
      '',
      'null',
      '{}',
      '[]',
      '"text"',
      '<html></html>',
      '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}',
    ]) {
      expect(await byKey(log, Buffer.from(bundle), Buffer.from('release'))).toMatchObject({
        result: 'SYNC_SIGNATURE_INVALID',
      });
    }
  });

  test('over a sums file: the file must list the artifact', async () => {
    const log = tinyLog();
    const bytes = Buffer.from('release');
    const sums = Buffer.from(`${createHash('sha256').update(bytes).digest('hex')}  release.tar\n`);
    const bundle = messageBundle(log, sums);
    const over = { over: 'SHA256SUMS', evidence: { SHA256SUMS: sums } };
    expect(await byKey(log, bundle, bytes, { ...over, name: 'release.tar' })).toMatchObject({ result: 'verified' });
    expect(await byKey(log, bundle, bytes, { ...over, name: 'other.tar' })).toMatchObject({
      result: 'SYNC_CHECKSUM_MISMATCH',
    });
    expect(await byKey(log, bundle, bytes, { over: 'SHA256SUMS', name: 'release.tar' })).toMatchObject({
      result: 'SYNC_VERIFIER_BLIND',
    });
  });

  test('any altered bit of the artifact, and of a real signature, is refused', async () => {
    const bytes = vector('sigstore', 'a.txt');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const answer = await judged('happy-path-v0.3', {}, { artifact: altered(bytes, at, bit) });
        return answer.result === 'SYNC_SIGNATURE_INVALID';
      }),
      { numRuns: 40 },
    );
    const bundle = parsed(vector('sigstore', 'happy-path-v0.3', 'bundle.sigstore.json')) as {
      messageSignature: { signature: string };
    };
    const signature = Buffer.from(bundle.messageSignature.signature, 'base64');
    await fc.assert(
      fc.asyncProperty(fc.nat(signature.length - 1), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(altered(signature, at, bit)).toString('base64');
        const messageSignature = { ...bundle.messageSignature, signature: changed };
        const answer = await judged(
          'happy-path-v0.3',
          {},
          { bundle: Buffer.from(JSON.stringify({ ...bundle, messageSignature })) },
        );
        return answer.result === 'SYNC_SIGNATURE_INVALID';
      }),
      { numRuns: 40 },
    );
  });

  test('256 MiB are judged without being held', async () => {
    const log = tinyLog();
    const [size, piece] = [256 * 1024 * 1024, new Uint8Array(1024 * 1024).fill(7)];
    const signer = createSign('sha256');
    const hash = createHash('sha256');
    for (let at = 0; at < size; at += piece.length) {
      signer.update(piece);
      hash.update(piece);
    }
    const digest = hash.digest();
    const bundle = log.message(digest, signer.sign(log.key));
    const before = process.memoryUsage.rss();
    let most = 0;
    const answer = await ask({
      spec: { type: 'sigstore', bundle: 'b.json', trustedRoot: 'root.json', key: 'key.pub', signers: [], threshold: 1 },
      artifact: {
        name: 'big',
        size,
        sha256: digest.toString('hex'),
        digest: () => Promise.reject(new Error('not asked for')),
        async *open() {
          for (let at = 0; at < size; at += piece.length) {
            most = Math.max(most, process.memoryUsage.rss());
            yield await Promise.resolve(piece);
          }
        },
      },
      evidence: { 'b.json': bundle },
      trust: { 'root.json': log.trustedRoot, 'key.pub': log.publisher },
    });
    expect(answer).toMatchObject({ result: 'verified' });
    expect(most - before).toBeLessThan(150 * 1024 * 1024);
  });
});

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString());
}

function statementAbout(bytes: Uint8Array): unknown {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'a.txt', digest: { sha256: createHash('sha256').update(bytes).digest('hex') } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {},
  };
}

function messageBundle(log: TinyLog, bytes: Uint8Array): Uint8Array {
  return log.message(createHash('sha256').update(bytes).digest(), sign('sha256', bytes, log.key));
}

async function byKey(
  log: Pick<TinyLog, 'trustedRoot' | 'publisher'>,
  bundle: Uint8Array,
  bytes: Uint8Array,
  more: {
    readonly name?: string;
    readonly over?: string;
    readonly evidence?: Readonly<Record<string, Uint8Array>>;
  } = {},
): Promise<Answer> {
  const { name = 'a.txt', over, evidence = {} } = more;
  return ask({
    spec: {
      type: 'sigstore',
      bundle: 'b.json',
      over,
      trustedRoot: 'root.json',
      key: 'key.pub',
      signers: [],
      threshold: 1,
    },
    artifact: artifact(name, bytes),
    evidence: { 'b.json': bundle, ...evidence },
    trust: { 'root.json': log.trustedRoot, 'key.pub': log.publisher },
  });
}
