import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, readWholeParts } from '../parts.ts';

/** The public records of sealed identities in a home of valops. */
export interface CustodyCards {
  /** As they are; whoever reads them judges whether they are cards. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Files in the home that may be sealed ones, with their SHA-256 in lowercase hex. */
  readonly sealed: readonly { readonly path: string; readonly sha256: string }[];
}

/** Asks for the identity cards below `$VALOPS_HOME`, and the digests of the sealed files there. Ciphertext stays there. */
export function custodyCardsAt(home: string): Question<CustodyCards> {
  return {
    id: 'custody.cards',
    family: 'custody',
    title: 'identity cards, and the digests of sealed files beside them',
    script: () => `${partFunctions}
home=${shellQuote(home)}
cards=0
for path in "$home"/cards/*.json; do
  [ -f "$path" ] || continue
  cards=$((cards + 1))
  [ "$cards" -le 100 ] || { echo 'more than 100 cards are there: not looked at' >&2; exit 3; }
  [ "$(stat -L -c %s -- "$path")" -le 16384 ] || { echo "\\"$path\\" is longer than 16384 bytes" >&2; exit 3; }
  part "card $path" cat -- "$path"
done
sealed() {
  /usr/bin/find -H "$home" -xdev -maxdepth 4 -type f -name '*.age' -size -1024k -print0 2>/dev/null | head -z -n 200 |
    xargs -0 -r sha256sum -- | grep '^[0-9a-f]'
}
[ ! -d "$home" ] || [ "$cards" = 0 ] || part sealed sealed
echo '=end 0'`,
    privileged: true,
    timeout: 10,
    parse: ({ stdout, stderr, exitCode }) => {
      if (exitCode === 3) throw new Error(stderr.trim());
      const parts = readWholeParts(stdout);
      const files = [...parts].flatMap(([name, { status, exact }]) => {
        if (!name.startsWith('card ')) return [];
        const path = name.slice('card '.length);
        if (status !== 0) throw new Error(`"${path}" could not be read`);
        return [{ path, text: exact }];
      });
      const sealed = (parts.get('sealed')?.text ?? '').split('\n').flatMap((line) => {
        const found = /^([0-9a-f]{64}) [ *](.*)$/.exec(line);
        return found === null ? [] : [{ path: found[2] ?? '', sha256: found[1] ?? '' }];
      });
      return { files, sealed };
    },
  };
}

/** Of root's own home. */
export const custodyCards = custodyCardsAt('/root/.valops');
