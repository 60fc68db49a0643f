import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { type GuardedPath, guardedPathsFunction, readGuardedPaths } from '../root-only.ts';

export interface LoaderFacts {
  /** Libraries that /etc/ld.so.preload puts into every program; empty without that file. */
  readonly preload: readonly string[];
  /** Directories in which the loader looks for libraries beside its own, with `path:line`. */
  readonly directories: readonly (GuardedPath & { readonly file: string })[];
}

/** What the dynamic loader brings into every program (ld.so(8)). */
export const persistenceLoader: Question<LoaderFacts> = {
  id: 'persistence.loader',
  family: 'persistence',
  title: 'libraries loaded into every program, and where libraries are looked for',
  script: () => `${partFunctions}${guardedPathsFunction}
lines() { grep -aHn '^[[:space:]]*[^#[:space:]]' "$@" /dev/null 2>/dev/null; :; }
part preload lines /etc/ld.so.preload
directories=$(lines /etc/ld.so.conf /etc/ld.so.conf.d/*.conf | grep ':/')
part directories printf '%s\\n' "$directories"
printf '%s\\n' "$directories" | sed 's/^[^:]*:[0-9]*:[[:space:]]*//' | guarded_paths`,
  privileged: false,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const guarded = new Map(readGuardedPaths(parts).map((one) => [one.path, one]));
    const split = (name: string): readonly (readonly [string, string])[] =>
      partOf(parts, name)
        .text.split('\n')
        .flatMap((line) => {
          const [, file, value] = /^([^:]+:\d+):\s*(.*?)\s*$/.exec(line) ?? [];
          return file === undefined || value === undefined ? [] : [[file, value] as const];
        });
    return {
      preload: split('preload').flatMap(([, value]) => value.split(/[\s:]+/).filter(Boolean)),
      directories: split('directories').flatMap(([file, value]) => {
        const one = guarded.get(value);
        return one === undefined ? [] : [{ ...one, file }];
      }),
    };
  },
};
