import type { Question } from '../../core/fact.ts';
import { hostPath } from '../../core/guard/place.ts';
import { shellQuote, shellWords } from '../../lib/shell-quote.ts';
import { partFunctions, partOf, readParts } from '../../facts/parts.ts';

/** Where to look for what a schedule runs. Paths are the host's. */
export interface ProgramPlaces {
  /** Declared; else `valops` as root's PATH finds it. */
  readonly program: string | undefined;
  /** The words that start the running program, for this machine: used where PATH has no valops. */
  readonly fallback: readonly [string, ...string[]] | undefined;
  readonly config: string | undefined;
  readonly user: string;
}

export interface AuditProgram {
  /** The words that start it; null: there is none. */
  readonly words: readonly string[] | null;
  /** What it says of its version when it is started as cron would; null: it does not start. */
  readonly version: string | null;
  /** Whether the declared configuration is there; null: none is declared. */
  readonly config: boolean | null;
  /** Of its user; null: there is no such user. */
  readonly uid: number | null;
  readonly flock: string | null;
  /** Its own name (uname -n). */
  readonly host: string;
  /** Files and directories, of program or configuration, which another user than root and its own may write to. */
  readonly writable: readonly string[];
}

/** What a schedule would run, started with nothing but the environment it would have, and who could change it. */
export function auditProgram({ program, fallback, config, user }: ProgramPlaces): Question<AuditProgram> {
  const found = program === undefined ? 'command -v valops || :' : `printf '%s\\n' ${shellQuote(program)}`;
  return {
    id: 'services.audit-program',
    family: 'services',
    title: 'valops as a schedule would start it, and who could change it',
    script: () => `${partFunctions}uid=$(id -u -- ${shellQuote(user)} 2>/dev/null)
program=$(${found})
if [ -n "$program" ]; then set -- "$program"
else set -- ${fallback === undefined ? '' : shellWords(fallback)}; fi
[ -z "$uid" ] || part uid printf '%s\\n' "$uid"
part flock command -v flock
part host uname -n
climb() {
  at=$1
  while :; do
    find "$at" -maxdepth 0 ! -type l \\( ! -uid 0 ! -uid "\${uid:-0}" -o -perm /022 ! -perm -1000 \\)
    [ "$at" != / ] || break
    at=\${at%/*}
    [ -n "$at" ] || at=/
  done
}
writable() {
  climb "$1"
  real=$(readlink -f -- "$1") || return 0
  [ "$real" = "$1" ] || climb "$real"
}
whole() {
  real=$(readlink -f -- "$1")
  whole=\${real%/*/*}
  [ -f "$whole/package.json" ] || return 0
  find "$whole/bin" "$whole/dist" "$whole/node_modules" -xdev ! -type l \\
    \\( ! -uid 0 ! -uid "\${uid:-0}" -o -perm /022 \\) 2>/dev/null | head -n 3
}
for word; do
  part "word $word" printf '%s\\n' "$word"
  part "writable $word" writable "$word"
  part "whole $word" whole "$word"
done
[ $# = 0 ] || part version env -i ${shellQuote(`PATH=${hostPath}`)} HOME=/ timeout 8 "$@" --version
${
  config === undefined
    ? ''
    : `config=${shellQuote(config)}
config_is() { [ -f "$config" ]; }
part config config_is
part "writable $config" writable "$config"`
}`,
    privileged: true,
    timeout: 20,
    parse: ({ stdout }) => {
      const parts = readParts(stdout);
      const words = [...parts.keys()].flatMap((name) => (name.startsWith('word ') ? [name.slice('word '.length)] : []));
      const version = parts.get('version');
      const uid = parts.get('uid');
      const flock = parts.get('flock');
      return {
        words: words.length === 0 ? null : words,
        version: version?.status === 0 ? version.text : null,
        config: config === undefined ? null : parts.get('config')?.status === 0,
        uid: uid === undefined ? null : Number(uid.text),
        flock: flock?.status === 0 ? flock.text : null,
        host: partOf(parts, 'host').text,
        writable: [
          ...new Set(
            [...parts].flatMap(([name, { text }]) => (/^(writable|whole) /.test(name) ? text.split('\n') : [])),
          ),
        ].filter((path) => path !== ''),
      };
    },
  };
}
