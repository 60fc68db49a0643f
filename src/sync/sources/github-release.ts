import * as z from 'zod/mini';
import type { Downloads } from '../../core/downloads.ts';
import { ValopsError } from '../../lib/errors.ts';
import type { SourceSpec } from '../declaration.ts';

type Spec = Extract<SourceSpec, { type: 'github' }>;

/** What is read of a release; https://docs.github.com/en/rest/releases/releases#get-a-release-by-tag-name */
const release = z.object({
  tag_name: z.string(),
  assets: z.array(z.object({ name: z.string(), url: z.string(), browser_download_url: z.string() })),
});

/** A release as the API describes it. */
export type GithubRelease = z.infer<typeof release>;

/** Bytes; a release with a thousand assets takes about 2 MiB. */
const limit = 16 * 1024 * 1024;

/** Asks the API for the release of a tag. Throws SYNC_SOURCE_FAILED and what `Downloads` throws. */
export async function readRelease(
  downloads: Downloads,
  { api, repository, tokenFile }: Spec,
  tag: string,
  headers: Readonly<Record<string, string>>,
): Promise<GithubRelease> {
  const path = repository.split('/').map(encodeURIComponent).join('/');
  const url = `${api.replace(/\/+$/, '')}/repos/${path}/releases/tags/${encodeURIComponent(tag)}`;
  const bytes = await downloads.read({ url, headers, limit, title: `${repository} ${tag}` });
  if (bytes === null) {
    throw new ValopsError('SYNC_SOURCE_FAILED', `"${repository}" has no release with the tag "${tag}"`, {
      hint:
        tokenFile === undefined
          ? 'Check "repository" and "tag" in valops.yaml; a private repository needs "tokenFile".'
          : 'Check "repository" and "tag" in valops.yaml, and that the token may read that repository.',
    });
  }
  const read = release.safeParse(json(bytes));
  if (read.success && read.data.tag_name === tag) return read.data;
  const what = read.success ? `the release "${read.data.tag_name}"` : 'something that is no release';
  throw new ValopsError('SYNC_SOURCE_FAILED', `asked "${url}" for the release "${tag}", got ${what}`, {
    hint: 'Check "api" of the source in valops.yaml.',
  });
}

/** The asset with exactly this name. Throws SYNC_SOURCE_FAILED, and names what is there. */
export function assetNamed(
  { assets }: GithubRelease,
  name: string,
  { repository }: Pick<Spec, 'repository'>,
  tag: string,
): GithubRelease['assets'][number] {
  const asset = assets.find((one) => one.name === name);
  if (asset !== undefined) return asset;
  const names = assets.map((one) => one.name);
  const some = names.slice(0, 20).join(', ') + (names.length > 20 ? ` and ${names.length - 20} more` : '');
  throw new ValopsError('SYNC_SOURCE_FAILED', `the release "${tag}" of "${repository}" has no asset "${name}"`, {
    hint: names.length === 0 ? 'It has no assets at all: look at its page.' : `Choose one of its assets: ${some}`,
  });
}

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
