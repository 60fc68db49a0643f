import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, partOf, readWholeParts, refuseMissingTool } from '../parts.ts';
import { readTree, treeFunctions, type TreeEntry } from '../tree.ts';

/** What is installed below a prefix of binaries. */
export interface BinaryReleases {
  readonly prefix: string;
  /** The prefix itself and all below it; empty when there is no such directory. */
  readonly entries: readonly TreeEntry[];
  /** The directories above the prefix, nearest first, without links. */
  readonly parents: readonly TreeEntry[];
  /** `release.json` of each active release, by the name of the binary; null where it has none. */
  readonly records: Readonly<Record<string, string | null>>;
}

/** Asks for the binaries that valops installed: names, modes, owners, links, and what the active releases say they are. */
export function binariesReleasesAt(prefix: string): Question<BinaryReleases> {
  return {
    id: 'binaries.releases',
    family: 'binaries',
    title: 'installed binaries: releases, links, modes, owners',
    script: () => `${partFunctions}${treeFunctions}
prefix=${shellQuote(prefix)}
part prefix printf '%s' "$prefix"
[ -e "$prefix" ] || { echo '=end 0'; exit 0; }
part tree tree -H "$prefix" -xdev -maxdepth 8
part parents parents "$prefix"
for current in "$prefix"/*/current; do
  [ -L "$current" ] || continue
  record=$current/release.json
  [ ! -f "$record" ] || [ "$(stat -L -c %s -- "$record")" -gt 524288 ] || part "record $current" cat -- "$record"
done
echo '=end 0'`,
    privileged: true,
    timeout: 10,
    parse: (answer) => {
      refuseMissingTool(answer);
      const parts = readWholeParts(answer.stdout);
      const path = partOf(parts, 'prefix').text;
      const entries = readTree(parts.get('tree')?.text ?? '');
      const links = entries.filter(
        (one) => one.type === 'link' && /^[^/]+\/current$/.test(one.path.slice(path.length + 1)),
      );
      const records = links.map((link): readonly [string, string | null] => {
        const record = parts.get(`record ${link.path}`);
        return [link.path.split('/').at(-2) ?? '', record?.status === 0 ? record.exact : null];
      });
      return {
        prefix: path,
        entries,
        parents: readTree(parts.get('parents')?.text ?? ''),
        records: Object.fromEntries(records),
      };
    },
  };
}

/** Below the prefix valops uses unless told otherwise. */
export const binariesReleases = binariesReleasesAt('/opt/valops');
