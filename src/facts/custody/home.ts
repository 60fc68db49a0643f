import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { readTree, treeFunctions, type TreeEntry } from '../tree.ts';

/** What is in a home of valops. */
export interface CustodyHome {
  readonly path: string;
  /** The home itself and all below it; empty when there is no such directory. */
  readonly entries: readonly TreeEntry[];
  /** Files with an age key that no passphrase protects. */
  readonly plainKeys: readonly string[];
}

/** Asks for `$VALOPS_HOME` of a host: names, modes and owners, and which key files are in clear. No content leaves the host. */
export function custodyHomeAt(home: string): Question<CustodyHome> {
  return {
    id: 'custody.home',
    family: 'custody',
    title: "valops' own directory: modes, owners, which keys are in clear",
    script: () => `${partFunctions}${treeFunctions}
home=${shellQuote(home)}
part home printf '%s' "$home"
if [ -e "$home" ]; then
  part tree tree -H "$home" -xdev
  plain() {
    /usr/bin/find -H "$home" -xdev -type f -size -65k -print0 | xargs -0 -r grep -lZsE '^AGE-SECRET-KEY-' -- | tr '\\n\\0' '?\\n'
  }
  part plain plain
fi`,
    privileged: true,
    timeout: 10,
    parse: ({ stdout, stderr, exitCode }) => {
      if (exitCode === 127) throw new Error(stderr.trim());
      const parts = readParts(stdout);
      const path = partOf(parts, 'home').text;
      const tree = parts.get('tree');
      if (tree === undefined && exitCode === 0) return { path, entries: [], plainKeys: [] };
      const entries = readTree(partOf(parts, 'tree').text);
      if (entries.length === 0) throw new Error(`"${path}" could not be listed`);
      const plain = partOf(parts, 'plain').text.split('\n').filter(Boolean);
      return { path, entries, plainKeys: plain.toSorted() };
    },
  };
}

/** Of root's own home. */
export const custodyHome = custodyHomeAt('/root/.valops');
