import type { Context } from '../../src/core/context.ts';
import type { Downloads } from '../../src/core/downloads.ts';
import type { Host } from '../../src/core/host.ts';
import type { Hosts } from '../../src/core/hosts.ts';
import { createFiles } from '../../src/store/files.ts';
import { createTrees } from '../../src/store/trees.ts';
import type { SyncDoors } from '../../src/sync/source.ts';
import { makeContext } from './context.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** What the sources of a test may reach besides files. */
export interface Reach {
  readonly base?: string;
  readonly downloads?: Downloads;
  /** Makes the host anew for each connection. */
  readonly host?: () => Host;
  readonly hosts?: Hosts;
}

/** Doors for a source: real files; the network and hosts as given, and nothing else. */
export function sourceDoors({ base, downloads, host, hosts }: Reach = {}): SyncDoors & { readonly context: Context } {
  const { context } = makeContext({
    files: createFiles(),
    clock: { now: () => new Date(), monotonic: () => performance.now() },
  });
  const none = (what: string) => (): never => {
    throw new Error(`this test has no ${what}`);
  };
  return {
    context,
    trees: createTrees(),
    base: base ?? temporaryDirectory(),
    downloads: downloads === undefined ? none('network') : () => Promise.resolve(downloads),
    hosts: hosts ?? {
      select: none('hosts'),
      nameOf: (name) => name ?? 'this machine',
      addressOf: none('hosts'),
      connect: host === undefined ? none('hosts') : () => Promise.resolve(host()),
    },
  };
}

/** The words of a release of the tests. */
export const words = {
  name: 'agave',
  version: '2.1.0',
  os: 'linux',
  arch: 'x86_64',
  target: 'x86_64-unknown-linux-gnu',
} as const;
