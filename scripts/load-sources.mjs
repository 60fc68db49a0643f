// Parts of the program itself, for scripts that measure or record: bundled for this run from what stands in src.
import { build } from 'esbuild';
import { fs, os, path } from 'zx';

/** The exports of `contents`, TypeScript whose imports are relative to the root of the project. */
export async function loadSources(contents) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'valops-sources-'));
  const outfile = path.join(dir, 'sources.mjs');
  try {
    await build({
      absWorkingDir: path.resolve(import.meta.dirname, '..'),
      stdin: { resolveDir: path.resolve(import.meta.dirname, '..'), loader: 'ts', contents },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      logLevel: 'error',
    });
    return await import(outfile);
  } finally {
    fs.removeSync(dir);
  }
}
