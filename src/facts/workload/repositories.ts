import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { readIndex } from '../git-index.ts';
import { partFunctions, readWholeParts, type Parts } from '../parts.ts';
import { readTree, treeFunctions, type TreeEntry } from '../tree.ts';

/** One declared work tree, as far as its files tell; git itself is never run in it, for a repository says what git runs. */
export interface Repository {
  readonly path: string;
  /** Whether there is such a directory. */
  readonly exists: boolean;
  /** Paths below it that git tracks; null: it is no work tree of git, or see `untold`. */
  readonly tracked: readonly string[] | null;
  /** Why its index does not tell; null: it does, or there is none. */
  readonly untold: string | null;
  /** Manifests, lockfiles, bills of materials, pins of tools and env files; absolute paths. */
  readonly files: readonly TreeEntry[];
  /** Manifests that name dependencies; absolute paths. */
  readonly needing: readonly string[];
  /** Places in git's configuration that hold a password or token: line and section, never the value. */
  readonly credentials: readonly { readonly line: number; readonly section: string }[];
}

/** Trees of others below a work tree: what is installed, built or kept by git. */
export const foreignTrees = ['.git', 'node_modules', 'target', 'vendor', '.venv', 'venv', '.pnpm-store', '.yarn']
  .map((name) => `-name ${name}`)
  .join(' -o ');

const names = [
  ...['.env', '.env.*', '*.env'],
  ...[
    'package.json',
    'package-lock.json',
    'npm-shrinkwrap.json',
    'pnpm-lock.yaml',
    'yarn.lock',
    'bun.lock',
    'bun.lockb',
  ],
  ...['Cargo.toml', 'Cargo.lock', 'go.mod', 'go.sum'],
  ...['pyproject.toml', 'poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile', 'Pipfile.lock', 'requirements*.txt'],
  ...['*.cdx.json', '*.cdx.xml', '*.spdx', '*.spdx.json', 'bom.json', 'bom.xml', '*sbom*'],
  ...['.nvmrc', '.node-version', '.tool-versions', 'mise.toml', 'rust-toolchain', 'rust-toolchain.toml'],
];

/** Bytes of an index at most, compressed: some 20000 files. */
const mostIndex = 1_500_000;

/** Asks what is in work trees of the programs a host runs: `audit.repositories`. */
export function workloadRepositoriesOf(places: readonly string[]): Question<readonly Repository[]> {
  return {
    id: 'workload.repositories',
    family: 'workload',
    title: 'declared work trees: what git tracks, manifests, lockfiles, env files',
    script: () => `${partFunctions}${treeFunctions}
files() { tree -H "$1" -xdev \\( ${foreignTrees} \\) -prune -o -type f \\( ${names.map((name) => `-name '${name}'`).join(' -o ')} \\); }
named() { /usr/bin/find -H "$1" -xdev \\( ${foreignTrees} \\) -prune -o -type f -name "$2" -size -257k -exec grep -lsE "$3" -- {} + | head -n 500; }
needing() {
  named "$1" package.json '"(dependencies|devDependencies|optionalDependencies)"[[:space:]]*:[[:space:]]*\\{[[:space:]]*("|$)'
  named "$1" Cargo.toml '^\\[(workspace|.*dependencies.*)\\]'
  named "$1" go.mod '^require'
  named "$1" pyproject.toml '^dependencies[[:space:]]*=[[:space:]]*\\[[[:space:]]*(["#]|$|'"'"')|^\\[tool\\.poetry\\.(group\\..*\\.)?dependencies\\]'
  named "$1" Pipfile '^\\[(dev-)?packages\\]'
}
credentials() {
  awk '/^[ \\t]*\\[/ { section = $0 }
    /^[ \\t]*(push)?url[ \\t]*=.*https?:\\/\\/[^\\/@ ]*:[^\\/@ ]+@/ || /^[ \\t]*(push)?url[ \\t]*=.*https?:\\/\\/(gh[a-z]_|github_pat_|glpat-)[^\\/@ ]+@/ ||
    /^[ \\t]*extra[Hh]eader[ \\t]*=.*[Aa][Uu][Tt][Hh]/ { sub(/:\\/\\/[^\\/]*@/, "://", section); print FNR "\\t" section }' "$1" | cut -c 1-200 | head -n 50
}
index() { [ ! -e "$1/index" ] || gzip -nc "$1/index" | head -c ${mostIndex + 1} | base64; }
look() {
  part "place $1" [ -d "$1" ]
  [ -d "$1" ] || return 0
  git=$1/.git
  if [ -f "$git" ]; then
    git=$(head -c 4096 "$git" | sed -n 's/^gitdir: //p')
    case $git in /*) ;; *) git=$1/$git ;; esac
  fi
  if [ -e "$git/HEAD" ]; then
    part "git $1" echo "$git"
    common=$git
    [ ! -f "$git/commondir" ] || common=$git/$(cat "$git/commondir")
    [ ! -f "$common/config" ] || part "credentials $1" credentials "$common/config"
    part "sha256 $1" grep -qsi '^[[:space:]]*objectformat[[:space:]]*=[[:space:]]*sha256' "$common/config"
    part "index $1" index "$git"
  fi
  part "files $1" files "$1"
  part "needing $1" needing "$1"
}
${places.map((place) => `look ${shellQuote(place)}\n`).join('')}echo '=end 0'`,
    privileged: true,
    timeout: 20,
    parse: ({ stdout, stderr, exitCode }) => {
      if (exitCode === 127) throw new Error(stderr.trim() || 'find is not installed');
      const parts = readWholeParts(stdout);
      return [...parts.keys()]
        .filter((name) => name.startsWith('place '))
        .map((name) => readRepository(parts, name.slice('place '.length)));
    },
  };
}

function readRepository(parts: Parts, path: string): Repository {
  const text = (name: string): string => parts.get(`${name} ${path}`)?.text ?? '';
  const exists = parts.get(`place ${path}`)?.status === 0;
  return {
    path,
    exists,
    ...(parts.has(`git ${path}`)
      ? readTracked(text('index'), parts.get(`sha256 ${path}`)?.status === 0)
      : { tracked: null, untold: null }),
    files: readTree(text('files')).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    needing: text('needing').split('\n').filter(Boolean).toSorted(),
    credentials: text('credentials')
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [number = '', section = ''] = line.split('\t');
        return { line: Number(number), section: section.trim() };
      }),
  };
}

function readTracked(index: string, longDigests: boolean): Pick<Repository, 'tracked' | 'untold'> {
  const packed = Buffer.from(index, 'base64');
  if (packed.length > mostIndex) return { tracked: null, untold: 'its index is too large to be carried' };
  if (packed.length === 0) return { tracked: [], untold: null };
  try {
    return { tracked: readIndex(packed, longDigests ? 32 : 20), untold: null };
  } catch (error) {
    return { tracked: null, untold: `its index is not understood: ${(error as Error).message}` };
  }
}

/** Of no work tree: what `valops facts` asks. */
export const workloadRepositories = workloadRepositoriesOf([]);
