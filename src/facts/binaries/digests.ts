import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';

/** The bytes of active releases, as they are on disk now. */
export interface BinaryDigests {
  /** SHA-256 in lowercase hex, by path through `current`. */
  readonly files: Readonly<Record<string, string>>;
  /** Active releases that were too large to be read. */
  readonly tooLarge: readonly string[];
}

/** Bytes of one release that are hashed: some seconds. */
const limit = 2 ** 31;

/** Asks for the digests of every file of the active releases below a prefix, at most 2 GiB each. */
export function binariesDigestsAt(prefix: string): Question<BinaryDigests> {
  return {
    id: 'binaries.digests',
    family: 'binaries',
    title: 'SHA-256 of every file of the active releases',
    script: () => `[ -x /usr/bin/find ] || { echo 'find is not installed' >&2; exit 127; }
for current in ${shellQuote(prefix)}/*/current; do
  [ -d "$current/" ] || continue
  size=$(/usr/bin/find "$current/" -xdev -type f -printf '%s\\n' | awk '{ sum += $1 } END { printf "%.0f", sum }')
  if [ "$size" -gt ${limit} ]; then
    echo "large $current"
  else
    /usr/bin/find "$current/" -xdev -type f ! -name '*
*' -print0 | xargs -0 -r sha256sum --
  fi
done
echo end`,
    privileged: true,
    timeout: 30,
    parse: ({ stdout, stderr, exitCode }) => {
      const lines = stdout.trimEnd().split('\n');
      if (exitCode === 127) throw new Error(stderr.trim());
      if (lines.pop() !== 'end') throw new Error('the answer is not whole');
      const files = lines.flatMap((line) => {
        const found = /^([0-9a-f]{64}) [ *](.*)$/.exec(line);
        return found === null ? [] : [[found[2] ?? '', found[1] ?? ''] as const];
      });
      const tooLarge = lines.filter((line) => line.startsWith('large ')).map((line) => line.slice(6));
      return { files: Object.fromEntries(files), tooLarge };
    },
  };
}

/** Below the prefix valops uses unless told otherwise. */
export const binariesDigests = binariesDigestsAt('/opt/valops');
