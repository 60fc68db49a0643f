import { createHash } from 'node:crypto';
import type { Context } from '../core/context.ts';
import type { Fetched } from './source.ts';
import type { Artifact } from './verifier.ts';

/** A fetched file as verifiers see it. `name` is what sums files call it. */
export function artifactOf({ files }: Pick<Context, 'files'>, name: string, { path, size, sha256 }: Fetched): Artifact {
  const digests = new Map<string, Promise<string>>();
  async function compute(algorithm: string): Promise<string> {
    const hash = createHash(algorithm);
    for await (const chunk of files.stream(path)) hash.update(chunk);
    return hash.digest('hex');
  }
  return {
    name,
    size,
    sha256,
    digest(algorithm) {
      const known = digests.get(algorithm) ?? compute(algorithm);
      digests.set(algorithm, known);
      return known;
    },
    open: () => files.stream(path),
  };
}
