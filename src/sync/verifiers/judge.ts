import type { VerifySpec } from '../declaration.ts';
import type { Verified } from '../pin.ts';
import type { VerifyRequest } from '../verifier.ts';
import { verifierFor } from './registry.ts';
import { trustedSigners } from './trusted-signers.ts';

/** What all verifiers of one artifact look at; `specs` with their placeholders filled. */
export interface JudgeRequest extends Omit<VerifyRequest, 'spec'> {
  readonly specs: readonly VerifySpec[];
}

/**
 * Asks every verifier that `valops.yaml` requires, and answers their judgements in the same order. All
 * must be good: the first that is not, or that could not look, throws (see `Verifier.verify`).
 */
export async function judge({ specs, ...material }: JudgeRequest): Promise<readonly Verified[]> {
  const verified: Verified[] = [];
  for (const spec of specs) {
    const verifier = await verifierFor(spec.type);
    const { type, signers, threshold } = await verifier.verify({ ...material, spec });
    verified.push({ type, signers, threshold });
  }
  return verified;
}

/**
 * Whether evidence that was recorded with a pin is still enough for what `valops.yaml` asks for today:
 * undefined when it is, else the reason. Each judgement answers one of `specs` (placeholders filled), and
 * counts only signers who are trusted now.
 */
export function satisfies(specs: readonly VerifySpec[], recorded: readonly Verified[]): string | undefined {
  if (matchable(specs, recorded)) return undefined;
  const alone = specs.find((spec) => !recorded.some((one) => answers(one, spec)));
  if (alone === undefined) {
    const types = [...new Set(specs.map(({ type }) => type))].join(', ');
    return `there are fewer judgements than "verify" asks for now (${types})`;
  }
  const same = recorded.filter(({ type }) => type === alone.type);
  if (same.length === 0) return `it was never verified by ${alone.type}`;
  if (alone.type === 'sha256sums') return 'it was never verified by sha256sums';
  const trusted = trustedSigners(alone);
  const counted = new Set(same.flatMap(({ signers }) => signers.filter((signer) => trusted.includes(signer))));
  return `${alone.type} asks for ${alone.threshold} trusted signers now, and of those who signed ${counted.size === 0 ? 'none is' : `only ${[...counted].join(', ')} is`} trusted`;
}

/** A different judgement for each spec; there are few of both. */
function matchable([spec, ...others]: readonly VerifySpec[], recorded: readonly Verified[]): boolean {
  if (spec === undefined) return true;
  return recorded.some(
    (one, at) =>
      answers(one, spec) &&
      matchable(
        others,
        recorded.filter((_, index) => index !== at),
      ),
  );
}

function answers(one: Verified, spec: VerifySpec): boolean {
  if (one.type !== spec.type) return false;
  if (spec.type === 'sha256sums') return true;
  const trusted = trustedSigners(spec);
  const { size } = new Set(one.signers.filter((signer) => trusted.includes(signer)));
  return spec.threshold >= 1 && size >= spec.threshold;
}
