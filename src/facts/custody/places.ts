import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, readWholeParts, refuseMissingTool } from '../parts.ts';
import { readTree, treeFunctions, type TreeEntry } from '../tree.ts';

/** One place where keys are deployed in clear. */
export interface KeyPlace {
  readonly path: string;
  /** The place itself, and what is below it; empty when there is nothing. */
  readonly entries: readonly TreeEntry[];
  /** The directories above it, nearest first, without links. */
  readonly parents: readonly TreeEntry[];
}

/** Asks who may read and replace the keys that are deployed in clear. Their content is not read. */
export function custodyPlacesOf(places: readonly string[]): Question<readonly KeyPlace[]> {
  return {
    id: 'custody.places',
    family: 'custody',
    title: 'declared places of deployed keys: modes, owners, directories above',
    script: () => `${partFunctions}${treeFunctions}
look() {
  if [ -e "$1" ] || [ -L "$1" ]; then part "tree $1" tree -H "$1" -xdev -maxdepth 5; else part "tree $1" true; fi
  part "parents $1" parents "$1"
}
${places.map((place) => `look ${shellQuote(place)}\n`).join('')}echo '=end 0'`,
    privileged: true,
    timeout: 10,
    parse: (answer) => {
      refuseMissingTool(answer);
      const parts = readWholeParts(answer.stdout);
      return [...parts].flatMap(([name, { text }]) => {
        if (!name.startsWith('tree ')) return [];
        const path = name.slice('tree '.length);
        return [{ path, entries: readTree(text), parents: readTree(parts.get(`parents ${path}`)?.text ?? '') }];
      });
    },
  };
}

/** Where agave and CometBFT are usually told to keep theirs. */
export const custodyPlaces = custodyPlacesOf(['/var/lib/validator', '/home/sol/validator-keypair.json']);
