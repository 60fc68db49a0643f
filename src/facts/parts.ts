/**
 * An answer of several parts. Each part is a header line `=NAME STATUS` and the output of one
 * command, every line of it behind a `|`: nothing that is printed can pass for a header.
 */

import type { Answer } from '../core/fact.ts';
import { answerLimit } from '../core/gather-script.ts';

/** What one command of a question printed, and its exit status. */
export interface Part {
  readonly status: number;
  /** To the last line end; NUL bytes are lost. */
  readonly exact: string;
  /** Without the line ends at its end. */
  readonly text: string;
}

export type Parts = ReadonlyMap<string, Part>;

/**
 * Shell functions for scripts that answer in parts: `part NAME COMMAND…` prints one, `file PATH`
 * two (`stat PATH`, `text PATH`), or none where there is no file. A pipe or device, which might answer for
 * ever or never, has no text; of a longer file there is so much that the answer is refused for it. A NAME holds no line break. The dot
 * saves the line ends at the end from the command substitution; a short text, which most are, is
 * worth no process.
 */
export const partFunctions = `part() {
  part_name=$1
  shift
  part_text=$("$@"; part_status=$?; echo .; exit "$part_status")
  printf '=%s %s\\n' "$part_name" "$?"
  if [ "\${#part_text}" -gt 400 ]; then
    printf '%s\\n' "$part_text" | sed 's/^/|/'
  else
    while IFS= read -r part_line; do printf '|%s\\n' "$part_line"; done <<PART
$part_text
PART
  fi
}
metadata() { part "stat $1" stat -L -c '%a %u %g %U %G %s %F' -- "$1"; }
file() {
  [ -e "$1" ] || return 0
  metadata "$1"
  part "text $1" plain "$1"
}
plain() {
  if [ -f "$1" ] || [ "$(readlink -f -- "$1")" = /dev/null ]; then head -c ${answerLimit + 1} -- "$1"; else echo 'not a plain file' >&2; return 1; fi
}
`;

/** Reads the parts of an answer, by name. A name that comes twice keeps its first part. */
export function readParts(stdout: string): Parts {
  const parts = new Map<string, { readonly status: number; readonly lines: string[] }>();
  let lines: string[] = [];
  for (const line of stdout.split('\n')) {
    const header = /^=(.*) (\d+)$/.exec(line);
    if (line.startsWith('|')) lines.push(line.slice(1));
    else if (header !== null) {
      lines = [];
      const name = header[1] ?? '';
      if (!parts.has(name)) parts.set(name, { status: Number(header[2]), lines });
    }
  }
  return new Map(
    [...parts].map(([name, { status, lines: printed }]) => {
      const exact = printed.join('\n').slice(0, -1);
      return [name, { status, exact, text: exact.replace(/\n+$/, '') }];
    }),
  );
}

/** The parts of an answer that ends with the part `end`. Throws an Error when it does not: the rest was cut off. */
export function readWholeParts(stdout: string): Parts {
  const parts = readParts(stdout);
  if (!parts.has('end')) throw new Error('the answer is not whole');
  return parts;
}

/** Throws an Error with what the script complained of, where it ended with 127: a tool that it needs is not there. */
export function refuseMissingTool({ exitCode, stderr }: Answer): void {
  if (exitCode === 127) throw new Error(stderr.trim());
}

/** The part of that name. Throws an Error when the answer has none. */
export function partOf(parts: Parts, name: string): Part {
  const part = parts.get(name);
  if (part === undefined) throw new Error(`the answer lacks its part "${name}"`);
  return part;
}
