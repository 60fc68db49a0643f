import type { SourceSpec } from '../declaration.ts';
import type { Source } from '../source.ts';

type Loaders = { readonly [T in SourceSpec['type']]: () => Promise<Source<Extract<SourceSpec, { type: T }>>> };

/** One file each, named as its type, read when it is needed. */
const loaders: Loaders = {
  bundle: async () => (await import('./bundle.ts')).bundle,
  directory: async () => (await import('./directory.ts')).directory,
  github: async () => (await import('./github.ts')).github,
  https: async () => (await import('./https.ts')).https,
  ssh: async () => (await import('./ssh.ts')).ssh,
};

/** The types of sources there are. */
export const sourceTypes = Object.keys(loaders) as readonly SourceSpec['type'][];

/** The source of a type. It must be given specs of that type only. */
export function sourceFor(type: SourceSpec['type']): Promise<Source> {
  return loaders[type]();
}
