import { ValopsError } from '../../lib/errors.ts';
import type { SourceSpec } from '../declaration.ts';
import { fill } from '../placeholders.ts';
import type { Source, SyncDoors } from '../source.ts';
import { assetNamed, readRelease } from './github-release.ts';
import { readToken } from './token.ts';
import { fetchWeb, isAddress, webLocation } from './web.ts';

type Spec = Extract<SourceSpec, { type: 'github' }>;

/**
 * An asset of a release on GitHub, found by tag and exact name. With a token, assets are located and
 * fetched by their API address, which serves private repositories too; the token goes to the API only.
 */
export const github: Source<Spec> = {
  type: 'github',
  async locate(doors, spec, words, side) {
    if (side !== undefined && isAddress(side)) return webLocation(side);
    const tag = fill(spec.tag, { ...words });
    const downloads = await doors.downloads();
    const release = await readRelease(downloads, spec, tag, headersFor(doors, spec, 'application/vnd.github+json'));
    const asset = assetNamed(release, side ?? fill(spec.asset, { ...words }), spec, tag);
    const url = spec.tokenFile === undefined ? asset.browser_download_url : asset.url;
    return { name: asset.name, url: apiOrWeb(spec, url) };
  },
  fetch: async (doors, spec, request) =>
    fetchWeb(
      doors,
      request,
      isApi(spec, request.location.url) ? headersFor(doors, spec, 'application/octet-stream') : {},
    ),
};

function headersFor(doors: SyncDoors, spec: Spec, accept: string): Readonly<Record<string, string>> {
  const token = spec.tokenFile === undefined ? undefined : readToken(doors, spec.tokenFile);
  return {
    accept,
    'x-github-api-version': '2022-11-28',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

function isApi({ api }: Spec, url: string): boolean {
  return url.startsWith(`${api.replace(/\/+$/, '')}/`);
}

/** What the API answers is not believed blindly: with a token, an asset is at the API or nowhere. */
function apiOrWeb(spec: Spec, url: string): string {
  if (spec.tokenFile === undefined || isApi(spec, url)) return url;
  throw new ValopsError('SYNC_SOURCE_FAILED', `expected an asset below "${spec.api}", the API answered "${url}"`, {
    hint: 'Correct "api" of the source in valops.yaml to the address of the API as the server itself calls it.',
  });
}
