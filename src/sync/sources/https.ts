import type { SourceSpec } from '../declaration.ts';
import { ValopsError } from '../../lib/errors.ts';
import { fill } from '../placeholders.ts';
import type { Source } from '../source.ts';
import { fetchWeb, isAddress, webLocation } from './web.ts';

/** A file at an address. A side file is beside it (a name, relative to the artifact), or has its own address. */
export const https: Source<Extract<SourceSpec, { type: 'https' }>> = {
  type: 'https',
  async locate(_doors, spec, words, side) {
    const artifact = webLocation(fill(spec.url, { ...words }));
    if (side === undefined) return artifact;
    if (isAddress(side)) return webLocation(side);
    return webLocation(beside(artifact.url, side));
  },
  fetch: (doors, _spec, request) => fetchWeb(doors, request),
};

function beside(url: string, side: string): string {
  const base = new URL(url);
  base.search = '';
  const steps = side.split('/').map((step) => (step === '..' ? step : encodeURIComponent(step)));
  if (side.startsWith('/')) {
    throw new ValopsError('CONFIG_INVALID', `the side file "${side}" begins with a slash`, {
      hint: 'Name it relative to the artifact, or give its whole address.',
    });
  }
  return new URL(steps.join('/'), base).href;
}
