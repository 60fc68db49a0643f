import type { VerifySpec } from '../declaration.ts';
import type { Verifier } from '../verifier.ts';
import { evidenceOf, textOf } from './inputs.ts';
import { requireListed } from './listing.ts';

/** The artifact is listed in a sums file. Proves nothing about who made either. */
export const sha256sums: Verifier<Extract<VerifySpec, { type: 'sha256sums' }>> = {
  type: 'sha256sums',
  signs: false,
  needs: ({ file }) => [file],
  trusts: () => [],
  async verify(request) {
    const { file } = request.spec;
    await requireListed(request.artifact, textOf(evidenceOf(request, file)), file);
    return { type: 'sha256sums', signers: [], threshold: 0 };
  },
};
