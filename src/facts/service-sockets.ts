import type { Question } from '../core/fact.ts';
import { shellQuote } from '../lib/shell-quote.ts';
import { partFunctions, readWholeParts } from './parts.ts';

/** A Unix socket of a service and the directory it lies in; modes are four octal digits. */
export interface ServiceSocket {
  readonly path: string;
  /** Null: there is nothing of that name. */
  readonly socket: { readonly type: string; readonly mode: string; readonly owner: string } | null;
  readonly directory: { readonly mode: string; readonly owner: string } | null;
}

/** Who may reach the Unix sockets of declared services. */
export function serviceSockets(paths: readonly string[]): Question<readonly ServiceSocket[]> {
  return {
    id: 'service.sockets',
    family: 'service',
    title: 'Unix sockets of services and their directories: modes and owners',
    script: () => `${partFunctions}
look() {
  part "socket $1" stat -L -c '%a %U %F' -- "$1"
  part "directory $1" stat -L -c '%a %U %F' -- "\${1%/*}/"
}
for path in ${paths.map(shellQuote).join(' ')}; do look "$path"; done
echo '=end 0'`,
    privileged: true,
    timeout: 5,
    parse: ({ stdout }) => {
      const parts = readWholeParts(stdout);
      const read = (name: string): { readonly type: string; readonly mode: string; readonly owner: string } | null => {
        const part = parts.get(name);
        const [, mode, owner, type] = /^([0-7]+) (\S+) (.+)$/.exec(part?.text ?? '') ?? [];
        if (part?.status !== 0 || mode === undefined || owner === undefined || type === undefined) return null;
        return { type, mode: mode.padStart(4, '0'), owner };
      };
      return paths.map((path) => ({ path, socket: read(`socket ${path}`), directory: read(`directory ${path}`) }));
    },
  };
}
