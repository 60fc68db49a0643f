import { buildSync } from 'esbuild';
import { join } from 'node:path';

/**
 * Bundles a TypeScript program for Node 20, which cannot run `.ts`, into `directory/driver.mjs`.
 * Imports in `source` are relative to the repository (`./src/store/files.ts`).
 */
export function bundleDriver(source: string, directory: string): string {
  const outfile = join(directory, 'driver.mjs');
  buildSync({
    stdin: { contents: source, loader: 'ts', resolveDir: new URL('../..', import.meta.url).pathname },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}
