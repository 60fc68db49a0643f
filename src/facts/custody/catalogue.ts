import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

/** A copy of a backup that is there now. */
export interface CopyThere {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Number of the file system. */
  readonly device: number;
}

/** The catalogue of backups in a home of valops. */
export interface BackupCatalogue {
  readonly path: string;
  /** Null when there is none. */
  readonly text: string | null;
  /** Of the home; null when there is none. */
  readonly device: number | null;
  /** Copies the catalogue names that are there now. */
  readonly copies: readonly CopyThere[];
  /** Directories of copies that are there and not empty: a medium is mounted, or the disk is one of the host. */
  readonly filled: readonly string[];
}

const limit = 2 << 20;

/** Asks for the catalogue below `$VALOPS_HOME`, and which of its copies are there. The copies are not read. */
export function custodyCatalogueAt(home: string): Question<BackupCatalogue> {
  return {
    id: 'custody.catalogue',
    family: 'custody',
    title: 'backups and proofs on record, and which copies are there',
    script: () => `${partFunctions}
home=${shellQuote(home)}
path=$home/backups/catalogue.json
part path printf '%s' "$path"
[ ! -d "$home" ] || part device stat -L -c %d -- "$home"
[ -e "$path" ] || exit 0
[ "$(stat -L -c %s -- "$path")" -le ${limit} ] || { echo "the catalogue is longer than ${limit} bytes" >&2; exit 3; }
part text cat -- "$path"
copies() { sed -n 's/^ *"path": "\\(\\/[^"\\\\]*\\)",\\{0,1\\}$/\\1/p' "$path" | sort -u | head -n 400; }
present() { copies | tr '\\n' '\\0' | xargs -0 -r stat -L -c '%s %d %n' -- 2>/dev/null; }
filled() {
  copies | sed 's|/[^/]*$||' | sort -u | while IFS= read -r directory; do
    [ -z "$(/usr/bin/find -H "\${directory:-/}" -mindepth 1 -maxdepth 1 -printf x -quit 2>/dev/null)" ] || printf '%s\\n' "$directory"
  done
}
part copies present
part filled filled`,
    privileged: true,
    timeout: 10,
    parse: ({ stdout, stderr, exitCode }) => {
      if (exitCode === 3) throw new Error(stderr.trim());
      const parts = readParts(stdout);
      const path = partOf(parts, 'path').text;
      const device = parts.get('device');
      const common = { path, device: device === undefined ? null : Number(device.text) };
      if (!parts.has('text')) return { ...common, text: null, copies: [], filled: [] };
      const text = partOf(parts, 'text');
      if (text.status !== 0) throw new Error(`"${path}" could not be read`);
      return {
        ...common,
        text: text.exact,
        copies: partOf(parts, 'copies')
          .text.split('\n')
          .flatMap((line) => {
            const found = /^(\d+) (\d+) (.*)$/.exec(line);
            return found === null ? [] : [{ path: found[3] ?? '', size: Number(found[1]), device: Number(found[2]) }];
          }),
        filled: partOf(parts, 'filled').text.split('\n').filter(Boolean),
      };
    },
  };
}

/** Of root's own home. */
export const custodyCatalogue = custodyCatalogueAt('/root/.valops');
