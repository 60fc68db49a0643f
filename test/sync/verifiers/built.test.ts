import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { VerifySpec } from '../../../src/sync/declaration.ts';
import type { Verifier } from '../../../src/sync/verifier.ts';
import { artifact, vector } from './material.ts';

const root = join(import.meta.dirname, '../../..');
const load = createRequire(import.meta.url);
const { outputs } = JSON.parse(readFileSync(join(root, 'dist/metafile.json'), 'utf8')) as {
  outputs: Record<string, { entryPoint?: string }>;
};

/** The verifier out of the chunk that the program loads: bundled libraries may differ from installed ones. */
function built(type: string): Verifier {
  const source = `src/sync/verifiers/${type}.ts`;
  const [chunk] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source) ?? [];
  const verifier = Object.values(load(join(root, chunk ?? 'no chunk')) as Record<string, Verifier>).find(
    (one) => one.type === type,
  );
  if (verifier === undefined) throw new Error(`"${chunk}" exports no verifier "${type}"`);
  return verifier;
}

interface Case {
  readonly spec: VerifySpec;
  readonly subject: readonly [string, string];
  /** Paths of vectors. */
  readonly evidence: Readonly<Record<string, string>>;
  readonly trust: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  {
    spec: {
      type: 'openpgp',
      signatures: [{ file: 'InRelease' }],
      keys: ['k'],
      signers: ['B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8'],
      threshold: 1,
    },
    subject: ['main/binary-amd64/Packages', 'debian-archive/Packages'],
    evidence: { InRelease: 'debian-archive/InRelease' },
    trust: { k: 'debian-archive/keys/debian-archive-bookworm-automatic.gpg' },
  },
  {
    spec: { type: 'sha256sums', file: 'SHA256SUMS' },
    subject: ['tool-1.2.3-linux.tar.gz', 'minisign/tool-1.2.3-linux.tar.gz'],
    evidence: { SHA256SUMS: 'minisign/SHA256SUMS' },
    trust: {},
  },
  {
    spec: {
      type: 'minisign',
      signature: 's',
      signers: [Buffer.from(vector('minisign/first.pub')).toString().split('\n')[1] ?? ''],
      threshold: 1,
    },
    subject: ['tool-1.2.3-linux.tar.gz', 'minisign/tool-1.2.3-linux.tar.gz'],
    evidence: { s: 'minisign/prehashed.minisig' },
    trust: {},
  },
  {
    spec: { type: 'signify', signature: 's', signers: ['base.pub'], threshold: 1 },
    subject: ['tool-1.2.3-linux.tar.gz', 'signify/tool-1.2.3-linux.tar.gz'],
    evidence: { s: 'signify/SHA256.sig' },
    trust: { 'base.pub': 'signify/base.pub' },
  },
  {
    spec: { type: 'sigstore', bundle: 'b', trustedRoot: 'r', key: 'k', signers: [], threshold: 1 },
    subject: ['a.txt', 'sigstore/a.txt'],
    evidence: { b: 'sigstore/managed-key-and-trusted-root/bundle.sigstore.json' },
    trust: {
      r: 'sigstore/managed-key-and-trusted-root/trusted_root.json',
      k: 'sigstore/managed-key-and-trusted-root/key.pub',
    },
  },
  {
    spec: {
      type: 'github-attestation',
      bundle: 'b',
      trustedRoot: 'r',
      signers: [
        {
          repository: 'sigstore-conformance/extremely-dangerous-public-oidc-beacon',
          workflow: '.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main',
        },
      ],
      predicateType: 'https://slsa.dev/provenance/v1',
      threshold: 1,
    },
    subject: ['a.txt', 'sigstore/a.txt'],
    evidence: { b: 'sigstore/rekor2-dsse-happy-path/bundle.sigstore.json' },
    trust: { r: 'sigstore/rekor2-dsse-happy-path/trusted_root.json' },
  },
];

describe('as built', () => {
  test.each(cases)('$spec.type judges', async ({ spec, subject: [name, path], evidence, trust }) => {
    const read = (files: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> =>
      new Map(Object.entries(files).map(([file, where]) => [file, vector(where)]));
    const judged = built(spec.type).verify({
      spec,
      artifact: artifact(name, vector(path)),
      evidence: read(evidence),
      trust: read(trust),
      now: new Date('2026-11-22T00:00:00Z'),
    });
    expect((await judged).type).toBe(spec.type);
  });
});
