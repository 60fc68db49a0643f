#!/usr/bin/env zx
// Builds dist/: a small core (start.js) and chunks that are loaded when a command needs them.
//
// esbuild splits only ES modules, and Node starts CommonJS faster, so the split output is turned
// into CommonJS file by file. `metafile.json` is the import graph which the architecture test reads.
import { build, transform } from 'esbuild';
import { fs, path } from 'zx';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const { version } = fs.readJsonSync(path.join(root, 'package.json'));

/** ssh2 asks for its optional native addons and does without them; they are tied to one Node and never shipped. */
const withoutAddons = {
  name: 'without-addons',
  setup(plugins) {
    plugins.onResolve({ filter: /^cpu-features$|\.node$/ }, ({ path: name }) => ({ path: name, namespace: 'addon' }));
    plugins.onLoad({ filter: /.*/, namespace: 'addon' }, () => ({ contents: "throw new Error('no native addons');" }));
  },
};

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/start.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  define: { VALOPS_VERSION: JSON.stringify(version) },
  metafile: true,
  write: false,
  plugins: [withoutAddons],
  logLevel: 'warning',
});

// written beside and swapped, so that whatever runs from dist/ meanwhile never finds it half empty
const fresh = `${dist}.${process.pid}`;
const stale = `${fresh}.old`;
for (const file of outputFiles) {
  const { code } = await transform(file.text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minifyWhitespace: true,
    // import() of a chunk becomes require(): one module system at run time
    supported: { 'dynamic-import': false },
    // openpgp makes its own require() of it, and only for Node's builtins
    define: { 'import.meta.url': 'importMetaUrl' },
  });
  const own = code.includes('importMetaUrl') ? "var importMetaUrl=require('url').pathToFileURL(__filename).href;" : '';
  fs.outputFileSync(path.join(fresh, path.relative(dist, file.path)), own + code);
}
fs.writeJsonSync(path.join(fresh, 'package.json'), { type: 'commonjs' });
fs.writeJsonSync(path.join(fresh, 'metafile.json'), metafile);
if (fs.existsSync(dist)) fs.renameSync(dist, stale);
fs.renameSync(fresh, dist);
fs.removeSync(stale);
