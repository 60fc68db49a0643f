import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact, VerifyRequest } from '../../../src/sync/verifier.ts';
import type { VerifySpec } from '../../../src/sync/declaration.ts';
import { ValopsError } from '../../../src/lib/errors.ts';
import { verifierFor } from '../../../src/sync/verifiers/registry.ts';

const vectors = join(import.meta.dirname, '../../vectors');

/** A file of test/vectors. */
export function vector(...path: readonly string[]): Uint8Array {
  return new Uint8Array(readFileSync(join(vectors, ...path)));
}

export function hasVector(...path: readonly string[]): boolean {
  return existsSync(join(vectors, ...path));
}

/** Bytes as an artifact: handed out in small pieces, each of which is overwritten when the next is asked for. */
export function artifact(name: string, bytes: Uint8Array, piece = 1000): Artifact {
  const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
  return {
    name,
    size: bytes.length,
    sha256: digest('sha256'),
    digest: (algorithm) => Promise.resolve(digest(algorithm)),
    async *open() {
      const buffer = new Uint8Array(piece);
      for (let at = 0; at < bytes.length; at += piece) {
        const part = bytes.subarray(at, at + piece);
        buffer.set(part);
        yield await Promise.resolve(buffer.subarray(0, part.length));
        buffer.fill(0);
      }
    },
  };
}

export interface Asked {
  readonly spec: VerifySpec;
  readonly artifact: Artifact;
  readonly evidence?: Readonly<Record<string, Uint8Array>>;
  readonly trust?: Readonly<Record<string, Uint8Array>>;
  readonly now?: string;
}

export interface Answer {
  /** Code of the error, or `verified`. */
  readonly result: string;
  readonly signers: readonly string[];
  readonly message: string;
  readonly remarks: readonly string[];
}

/** What a verifier says, as data. Anything but a ValopsError is a bug and thrown on. */
export async function ask({
  spec,
  artifact,
  evidence = {},
  trust = {},
  now = '2026-11-22T00:00:00Z',
}: Asked): Promise<Answer> {
  const remarks: string[] = [];
  const request: VerifyRequest = {
    spec,
    artifact,
    evidence: new Map(Object.entries(evidence)),
    trust: new Map(Object.entries(trust)),
    now: new Date(now),
    tell: (remark) => remarks.push(remark),
  };
  try {
    const { signers } = await (await verifierFor(spec.type)).verify(request);
    return { result: 'verified', signers, message: '', remarks };
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    return { result: error.code, signers: [], message: error.message, remarks };
  }
}

/** A copy with one bit of one byte turned. */
export function altered(bytes: Uint8Array, at: number, bit = 0): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}
