import type { Question } from '../../core/fact.ts';
import { type AptSource, readOneLineSources, readStanzaSources } from '../apt-sources.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

/** A list as it was fetched last, by what its Release file says of itself. */
export interface AptRelease {
  /** Name of the file in /var/lib/apt/lists: address and suite. */
  readonly list: string;
  readonly origin: string | null;
  readonly codename: string | null;
}

export interface PackageSources {
  /** In the order of files and lines. */
  readonly sources: readonly AptSource[];
  /** `path:line` of what apt would not read, either. */
  readonly unreadable: readonly string[];
  /** Keys that apt believes for every source without a `Signed-By` of its own. */
  readonly globalKeys: readonly { readonly path: string; readonly packaged: boolean }[];
  readonly releases: readonly AptRelease[];
}

/** Where packages come from. */
export const packageSources: Question<PackageSources> = {
  id: 'packages.sources',
  family: 'packages',
  title: 'package sources by file and line, keys that vouch for them',
  script: () => `${partFunctions}
[ -d /etc/apt ] || exit 3
for path in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
  [ ! -f "$path" ] || part "text $path" cat -- "$path"
done
keys() {
  for path in /etc/apt/trusted.gpg /etc/apt/trusted.gpg.d/*; do
    [ ! -s "$path" ] || echo "$path"
  done
}
packaged() {
  set -- /var/lib/dpkg/info/*.list
  keys | grep -hxF -f - -- "$@"
}
releases() {
  set -- /var/lib/apt/lists/*Release
  [ ! -f "$1" ] || head -v -n 25 -- "$@"
}
part keys keys
part packaged packaged
part releases releases`,
  privileged: false,
  timeout: 10,
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 3) throw new Error('apt is not installed');
    const parts = readParts(stdout);
    const lines = (name: string): readonly string[] => partOf(parts, name).text.split('\n').filter(Boolean);
    const files = [...parts].flatMap(([name, { status, exact }]) => {
      if (!name.startsWith('text ')) return [];
      const path = name.slice('text '.length);
      if (status !== 0) throw new Error(`"${path}" could not be read`);
      const read = path.endsWith('.sources') ? readStanzaSources : readOneLineSources;
      return [{ path, ...read(path, exact) }];
    });
    const packaged = new Set(lines('packaged'));
    return {
      sources: files.flatMap(({ sources }) => sources),
      unreadable: files.flatMap(({ path, unreadable }) => unreadable.map((line) => `${path}:${line}`)),
      globalKeys: lines('keys').map((path) => ({ path, packaged: packaged.has(path) })),
      releases: readReleases(partOf(parts, 'releases').text),
    };
  },
};

function readReleases(text: string): readonly AptRelease[] {
  return text.split(/^==> /m).flatMap((block) => {
    const path = /^\/var\/lib\/apt\/lists\/(.+) <==\n/.exec(block)?.[1];
    if (path === undefined) return [];
    const field = (name: string): string | null => new RegExp(`^${name}: *(.+)$`, 'm').exec(block)?.[1]?.trim() ?? null;
    return [{ list: path, origin: field('Origin'), codename: field('Codename') }];
  });
}
