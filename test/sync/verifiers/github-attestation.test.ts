import { describe, expect, test } from 'vitest';
import type { VerifySpec } from '../../../src/sync/declaration.ts';
import { type Answer, artifact, ask, vector } from './material.ts';

const repository = 'sigstore-conformance/extremely-dangerous-public-oidc-beacon';
const workflow = '.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const predicateType = 'https://slsa.dev/provenance/v1';
const good = vector('sigstore', 'rekor2-dsse-happy-path', 'bundle.sigstore.json');
// on one line, as in a .jsonl
const bad = Buffer.from(
  JSON.stringify(
    JSON.parse(Buffer.from(vector('sigstore', 'rekor2-dsse-invalid-sig_fail', 'bundle.sigstore.json')).toString()),
  ),
);

/** A real attestation by a workflow on GitHub, from the conformance suite of Sigstore. */
async function judged(
  changes: Partial<Extract<VerifySpec, { type: 'github-attestation' }>> = {},
  { bundle = good, bytes = vector('sigstore', 'a.txt') } = {},
): Promise<Answer> {
  return ask({
    spec: {
      type: 'github-attestation',
      bundle: 'a.txt.jsonl',
      trustedRoot: 'root.json',
      signers: [{ repository, workflow }],
      predicateType,
      threshold: 1,
      ...changes,
    },
    artifact: artifact('a.txt', bytes),
    evidence: { 'a.txt.jsonl': bundle },
    trust: { 'root.json': vector('sigstore', 'rekor2-dsse-happy-path', 'trusted_root.json') },
  });
}

describe('an attestation made by a workflow on GitHub', () => {
  test('is good for its artifact', async () => {
    expect(await judged()).toEqual({
      result: 'verified',
      signers: [`${repository}/${workflow}`],
      message: '',
      remarks: [],
    });
  });

  test('is refused for other bytes', async () => {
    expect(await judged({}, { bytes: Buffer.from('other') })).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
  });

  test.each([
    ['another repository', { signers: [{ repository: `${repository}-fork`, workflow }] }, 'identity is'],
    ['another owner', { signers: [{ repository: repository.replace('sigstore', 'evil'), workflow }] }, 'identity is'],
    ['another workflow', { signers: [{ repository, workflow: workflow.replace('beacon', 'other') }] }, 'identity is'],
    ['another ref', { signers: [{ repository, workflow: workflow.replace('heads/main', 'tags/v1') }] }, 'identity is'],
    ['no ref', { signers: [{ repository, workflow: workflow.replace(/@.*/, '') }] }, 'identity is'],
    ['another predicate', { predicateType: 'https://spdx.dev/Document/v2.3' }, 'predicate type is'],
    ['nobody trusted', { signers: [] }, 'nobody is trusted'],
    [
      'a reusable workflow, called from elsewhere',
      { signers: [{ repository: 'owner/caller', workflow: `https://github.com/${repository}/${workflow}` }] },
      'source repository is',
    ],
  ] as const)('%s is not trusted', async (_, changes, reason) => {
    const answer = await judged(changes);
    expect(answer.result).toBe('SYNC_SIGNERS_TOO_FEW');
    expect(answer.message).toContain(reason);
  });

  test('a reusable workflow is named by its whole address', async () => {
    const signer = { repository, workflow: `https://github.com/${repository}/${workflow}` };
    expect(await judged({ signers: [signer] })).toMatchObject({ result: 'verified' });
  });

  test('of several in one file any good one counts, and the bad one is told', async () => {
    const answer = await judged({}, { bundle: Buffer.concat([bad, Buffer.from('\n'), good]) });
    expect(answer).toMatchObject({ result: 'verified' });
    expect(answer.remarks).toEqual([expect.stringContaining('bundle 1 of "a.txt.jsonl": signature mismatch')]);
    expect(await judged({}, { bundle: bad })).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
  });

  test('a certificate that names no source repository is not enough', async () => {
    const answer = await ask({
      spec: {
        type: 'github-attestation',
        bundle: 'd.json',
        trustedRoot: 'root.json',
        signers: [{ repository, workflow }],
        predicateType,
        threshold: 1,
      },
      artifact: artifact('d.txt', vector('sigstore', 'intoto-with-custom-trust-root', 'artifact')),
      evidence: { 'd.json': vector('sigstore', 'intoto-with-custom-trust-root', 'bundle.sigstore.json') },
      trust: { 'root.json': vector('sigstore', 'intoto-with-custom-trust-root', 'trusted_root.json') },
    });
    expect(answer).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
    expect(answer.message).toContain('source repository is ""');
  });

  test('a signature of the artifact is no attestation', async () => {
    const answer = await ask({
      spec: {
        type: 'github-attestation',
        bundle: 'a.json',
        trustedRoot: 'root.json',
        signers: [{ repository, workflow }],
        predicateType,
        threshold: 1,
      },
      artifact: artifact('a.txt', vector('sigstore', 'a.txt')),
      evidence: { 'a.json': vector('sigstore', 'happy-path-v0.3', 'bundle.sigstore.json') },
      trust: { 'root.json': vector('sigstore', 'public-good.trusted_root.json') },
    });
    expect(answer).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
  });
});
