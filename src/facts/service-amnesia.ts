import type { Question } from '../core/fact.ts';
import { shellQuote } from '../lib/shell-quote.ts';
import { partFunctions, partOf, readWholeParts } from './parts.ts';

/** What lies in places that are to forget everything. */
export interface Amnesia {
  readonly places: readonly {
    readonly path: string;
    /** As stat(1) calls it, for example `tmpfs`, `ext2/ext3`; null: there is nothing of that name. */
    readonly filesystem: string | null;
  }[];
  /** Files in these places that look like secrets and lie on a file system that is not in memory. */
  readonly kept: readonly { readonly path: string; readonly filesystem: string; readonly kind: string }[];
  readonly files: number;
  /** Why there may be more; null when everything was looked at. */
  readonly cut: string | null;
}

const mostFiles = 20_000;

/** What secrets look like, as extended regular expressions for lines. */
const signs = {
  'private key': '-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----|^b3BlbnNzaC1rZXktdjEA',
  'age key': '^AGE-SECRET-KEY-(PQ-)?1|^AGE-PLUGIN-',
  'validator key':
    '"(tendermint|cometbft)/PrivKey|^[[:space:]]*\\[([[:space:]]*[0-9]{1,3}[[:space:]]*,){31,63}[[:space:]]*[0-9]{1,3}',
  token:
    '^[[:space:]]*"?[A-Za-z_]*(SECRET|TOKEN|PASSWORD|PRIVATE_KEY|API_KEY|secret|token|password)"?[[:space:]]*[:=][[:space:]]*"?[^[:space:]"]{12,}',
} as const;

/**
 * Where declared places lie, and the files in them, up to 64 KiB and at most 20000, that hold what looks like a secret
 * and would outlive a reboot. Nothing of a secret leaves the host: grep prints names.
 */
export function serviceAmnesia(places: readonly string[]): Question<Amnesia> {
  const kinds = Object.entries(signs);
  return {
    id: 'service.amnesia',
    family: 'service',
    title: 'secrets on persistent storage in places that are to be in memory only',
    script: () => `${partFunctions}
set -- ${places.map(shellQuote).join(' ')}
filesystem() { stat -f -L -c %T -- "$1"; }
for place; do part "place $place" filesystem "$place"; done
names=$(find -H "$@" -type f -size -65k -print0 2>/dev/null | tr '\\n\\0' '\\001\\n' | head -n ${mostFiles + 1})
count=$(printf '%s\\n' "$names" | grep -c .)
part count echo "$count"
odd() { printf '%s\\n' "$names" | grep -c "$(printf '\\001')"; }
part odd odd
holding() { printf '%s\\n' "$names" | head -n ${mostFiles} | tr '\\n' '\\0' | xargs -0 -r grep -lsaE -e "$1" --; }
${kinds.map(([, sign], index) => `k${index}=$(holding ${shellQuote(sign)} | head -n 200)`).join('\n')}
${kinds.map(([kind], index) => `part ${shellQuote(`kind ${kind}`)} printf '%s' "$k${index}"`).join('\n')}
printf '%s\\n' ${kinds.map((_, index) => `"$k${index}"`).join(' ')} | grep . | sort -u | while IFS= read -r path; do
  part "file $path" filesystem "$path"
done
echo '=end 0'`,
    privileged: true,
    timeout: 20,
    parse: ({ stdout }) => {
      const parts = readWholeParts(stdout);
      const filesystemOf = (name: string): string | null => {
        const part = parts.get(name);
        return part?.status === 0 && part.text !== '' ? part.text : null;
      };
      const kept = kinds.flatMap(([kind]) =>
        partOf(parts, `kind ${kind}`)
          .text.split('\n')
          .filter(Boolean)
          .map((path) => ({ path, kind, filesystem: filesystemOf(`file ${path}`) ?? 'not told' }))
          .filter(({ filesystem }) => !isInMemory(filesystem)),
      );
      const count = Number(partOf(parts, 'count').text);
      const odd = Number(partOf(parts, 'odd').text) > 0;
      const full = kinds.some(([kind]) => partOf(parts, `kind ${kind}`).text.split('\n').length >= 200);
      const cut = [
        ...(count > mostFiles ? [`more than ${mostFiles} files: the rest was not read`] : []),
        ...(odd ? ['files with line breaks in their names were not read'] : []),
        ...(full ? ['more than 200 files of one kind: the rest is not listed'] : []),
      ].join('; ');
      return {
        places: places.map((path) => ({ path, filesystem: filesystemOf(`place ${path}`) })),
        kept: [...new Map(kept.map((one) => [one.path, one])).values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
        files: Math.min(count, mostFiles),
        cut: cut === '' ? null : cut,
      };
    },
  };
}

/** Whether a file system is gone with the power. */
export function isInMemory(filesystem: string): boolean {
  return filesystem === 'tmpfs' || filesystem === 'ramfs';
}
