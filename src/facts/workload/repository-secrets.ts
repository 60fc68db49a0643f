import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, partOf, readWholeParts, refuseMissingTool } from '../parts.ts';
import { foreignTrees } from './repositories.ts';

const kinds = ['pem', 'openssh', 'age', 'solana', 'cometbft', 'token'] as const;

/** A private key without a passphrase, or a token that providers give out, by its content. */
export interface RepositorySecret {
  readonly path: string;
  readonly kind: (typeof kinds)[number];
  readonly line: number;
}

/** A variable that an env file sets: its name, and what sort of value it has. */
export interface EnvVariable {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  /** `placeholder`: something to be filled in, a reference, a file; `set`: anything else. */
  readonly value: 'empty' | 'placeholder' | 'set';
}

/** What lies in declared work trees that should not; names and lines, never a value. */
export interface RepositorySecrets {
  readonly secrets: readonly RepositorySecret[];
  readonly variables: readonly EnvVariable[];
  /** Files that were read. */
  readonly files: number;
  /** Why there may be more; null when everything was looked at. */
  readonly cut: string | null;
}

const mostFiles = 20_000;

/** Bytes of a file that is read at most, in KiB. */
const mostKibibytes = 256;

const solana = '[[:space:]]*[0-9]{1,3}[[:space:]]*';
const token = [
  'gh[opsu]_[A-Za-z0-9]{36}',
  'github_pat_[A-Za-z0-9_]{60}',
  'glpat-[A-Za-z0-9_-]{20}',
  'npm_[A-Za-z0-9]{36}',
  'xox[abprs]-[0-9A-Za-z-]{24}',
  'sk_live_[0-9A-Za-z]{24}',
  'A(KIA|SIA)[0-9A-Z]{9}([0-9A-DF-Z][0-9A-Z]{6}|E[0-9A-WYZ][0-9A-Z]{5})',
  'AIza[0-9A-Za-z_-]{35}',
].join('|');

/**
 * Searches declared work trees for private keys in clear and tokens by what files hold, and reads which variables
 * their env files set. Files up to 256 KiB, at most 20000; not what is installed or built there, nor git's own.
 */
export function workloadRepositorySecretsOf(places: readonly string[]): Question<RepositorySecrets> {
  return {
    id: 'workload.repository-secrets',
    family: 'workload',
    title: 'private keys, tokens and env files in declared work trees; names only',
    script: () => `${partFunctions}
[ -x /usr/bin/find ] || { echo 'find is not installed' >&2; exit 127; }
set --
${places.map((place) => `[ ! -d ${shellQuote(place)} ] || set -- "$@" ${shellQuote(place)}\n`).join('')}small() { [ $# = 0 ] || /usr/bin/find -H "$@" -xdev \\( ${foreignTrees} \\) -prune -o -type f -size -${mostKibibytes + 1}k -print0 | tr '\\001\\n\\0' '\\002\\002\\n' | head -n ${mostFiles + 1}; }
big() { [ $# = 0 ] || /usr/bin/find -H "$@" -xdev \\( ${foreignTrees} \\) -prune -o -type f -size +${mostKibibytes}k -name '*.env*' -print | wc -l; }
names=$(small "$@")
given() { printf '%s\\n' "$names" | head -n ${mostFiles} | grep . | tr '\\n' '\\0'; }
whole() { given | xargs -0 -r grep -lsazE -e "$1" --; }
lines() { given | xargs -0 -r grep -HnsaZE -m 20 -e "$1" -- | tr '\\0\\n' '\\001\\n' | sed -n "s/^\\\\([^$one]*\\\\)$one\\\\([0-9]*\\\\):.*/\\\\2	\\\\1/p" | head -n 500; }
first() { while IFS= read -r path; do [ -z "$path" ] || printf '%s\\t%s\\n' "$(grep -nsaE -m 1 -e "$1" -- "$path" | sed 's/:.*//')" "$path"; done; }
one=$(printf '\\001')
part count printf '%s' "$(printf '%s\\n' "$names" | grep -c .)"
part odd printf '%s' "$(printf '%s\\n' "$names" | grep -c "$(printf '\\002')")"
part big big "$@"
pem() { whole '-----BEGIN (RSA |EC |DSA )?PRIVATE KEY-----(\\\\[rn]|[[:space:]])+[A-Za-z0-9+/]{40}' | head -n 500 | first '-----BEGIN (RSA |EC |DSA )?PRIVATE KEY-----'; }
solana() { whole '^[[:space:]]*\\[(${solana},){63}${solana}\\][[:space:]]*$' | head -n 500 | first '\\['; }
part pem pem
part openssh lines '^[[:space:]"]*b3BlbnNzaC1rZXktdjEAAAAABG5vbmU'
part age lines '(^|[^A-Za-z0-9])AGE-SECRET-KEY-(PQ-)?1[02-9AC-HJ-NP-Z]{58}'
part solana solana
part cometbft lines '"(tendermint|cometbft)/PrivKey'
part token lines '(^|[^A-Za-z0-9_])(${token})'
variables() {
  # shellcheck disable=SC2016 # the dollars are those of awk
  printf '%s\\n' "$names" | head -n ${mostFiles} | grep -E '(/\\.env(\\.[^/]*)?|\\.env)$' | head -n 200 | tr '\\n' '\\0' | xargs -0 -r awk '
    /^[ \\t]*(export[ \\t]+)?[A-Za-z_][A-Za-z0-9_]*[ \\t]*=/ {
      name = $0; sub(/^[ \\t]*(export[ \\t]+)?/, "", name); value = name
      sub(/[ \\t]*=.*/, "", name); sub(/^[^=]*=[ \\t]*/, "", value); sub(/^["\\047]/, "", value); sub(/["\\047]?[ \\t\\r]*$/, "", value); sub(/^#.*/, "", value)
      low = tolower(value)
      sort = value == "" ? "empty" : low ~ /^(<.*>|\\$.*|\\{\\{.*|\\.\\.\\.|x+|\\*+|changeme|change[-_]?me.*|your[-_ ].*|todo|example.*|placeholder|secret:.*|op:\\/\\/.*|vault:.*|\\/.*|\\.\\/.*|file:.*|true|false|[0-9])$/ ? "placeholder" : "set"
      print FNR "\\t" sort "\\t" substr(name, 1, 100) "\\t" FILENAME
    }' | head -n 5000
}
part variables variables
echo '=end 0'`,
    privileged: true,
    timeout: 25,
    parse: (answer) => {
      refuseMissingTool(answer);
      const parts = readWholeParts(answer.stdout);
      const rows = (name: string): readonly (readonly string[])[] =>
        partOf(parts, name)
          .text.split('\n')
          .filter(Boolean)
          .map((line) => line.split('\t'));
      const secrets = kinds.flatMap((kind) =>
        rows(kind).map(([line = '', path = '']): RepositorySecret => ({ path, kind, line: Number(line) })),
      );
      const variables = rows('variables').map(([line = '', value, name = '', path = '']): EnvVariable => ({
        path,
        line: Number(line),
        name,
        value: value === 'empty' || value === 'placeholder' ? value : 'set',
      }));
      const count = Number(partOf(parts, 'count').text);
      const cut = [
        ...(count > mostFiles ? [`more than ${mostFiles} files: the rest was not read`] : []),
        ...(Number(partOf(parts, 'odd').text) > 0 ? ['files with line breaks in their names were not read'] : []),
        ...(Number(partOf(parts, 'big').text) > 0 ? [`env files above ${mostKibibytes} KiB were not read`] : []),
      ].join('; ');
      return {
        secrets: secrets.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line)),
        variables,
        files: Math.min(count, mostFiles),
        cut: cut === '' ? null : cut,
      };
    },
  };
}

/** Of no work tree: what `valops facts` asks. */
export const workloadRepositorySecrets = workloadRepositorySecretsOf([]);
