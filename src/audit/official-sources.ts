import type { AptSource } from '../facts/apt-sources.ts';
import type { AptRelease } from '../facts/packages/sources.ts';

/** Words of `Origin:` that distributions give to their own lists. */
const distributions = ['Debian', 'Debian Backports', 'Ubuntu', 'UbuntuESM', 'UbuntuESMApps', 'Raspbian'];

/**
 * Whether a source is the distribution's own, also from a mirror: by what its list says of itself, else by
 * the host it is fetched from. Undefined: no list was fetched yet, and the host does not tell.
 */
export function isOfficial(source: AptSource, releases: readonly AptRelease[]): boolean | undefined {
  const origin = releaseOf(source, releases)?.origin ?? null;
  if (origin !== null) return distributions.includes(origin);
  const host = /^(?:mirror\+)?\w+:\/\/(?:[^/@]*@)?([^/:]+)/.exec(source.uri)?.[1] ?? '';
  return /(^|\.)(debian\.org|ubuntu\.com)$/.test(host) ? true : undefined;
}

/** The list that was fetched from a source. */
export function releaseOf({ uri, suite }: AptSource, releases: readonly AptRelease[]): AptRelease | undefined {
  const place = `${uri
    .replace(/^[\w+]+:\/+/, '')
    .replace(/^[^/@]*@/, '')
    .replace(/\/+$/, '')}/${suite.endsWith('/') ? suite.replace(/^(\.\/)?/, '') : `dists/${suite}`}`.replace(
    /\/+$/,
    '',
  );
  const start = `${place.replaceAll('_', '%5f').replaceAll('/', '_')}_`;
  return releases.find(({ list }) => list.startsWith(start) && /^(In)?Release$/.test(list.slice(start.length)));
}

/** A source in a few words that stay the same when its line moves. */
export function sourceName({ type, uri, suite }: AptSource): string {
  return `${type} ${uri} ${suite}`;
}
