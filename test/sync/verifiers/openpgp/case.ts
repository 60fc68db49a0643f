import type { VerifySpec } from '../../../../src/sync/declaration.ts';
import { type Answer, artifact, ask } from '../material.ts';

type Signatures = Extract<VerifySpec, { type: 'openpgp' }>['signatures'];
export interface Case {
  readonly signatures: Signatures;
  readonly evidence: Readonly<Record<string, Uint8Array>>;
  readonly trust: Readonly<Record<string, Uint8Array>>;
  readonly signers: readonly string[];
  readonly threshold?: number;
  readonly name?: string;
  readonly bytes?: Uint8Array;
  readonly now?: string;
}

/** Judges `release`, signed directly unless said otherwise. */
export async function judged({
  signatures,
  evidence,
  trust,
  signers,
  threshold,
  name,
  bytes,
  now,
}: Case): Promise<Answer> {
  return ask({
    spec: { type: 'openpgp', signatures, keys: Object.keys(trust), signers, threshold: threshold ?? signers.length },
    artifact: artifact(name ?? 'release.tar', bytes ?? release),
    evidence,
    trust,
    ...(now === undefined ? {} : { now }),
  });
}

export const release = Buffer.from('a release\r\nwith line ends\n');
