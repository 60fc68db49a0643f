import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderOf, importsOf, root, sources } from './imports.ts';

/** What a folder of src/ may import besides itself. lib ← core ← age ← capabilities ← cli; doors know lib and core. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  core: ['lib'],
  age: ['lib', 'core'],
  config: ['lib', 'core'],
  hosts: ['lib', 'core'],
  store: ['lib', 'core'],
  ui: ['lib', 'core'],
  keys: ['lib', 'core', 'age'],
  seal: ['lib', 'core', 'age'],
  identity: ['lib', 'core', 'age'],
  rehearsal: ['lib', 'core'],
  cli: ['lib', 'core', 'age', 'config', 'hosts', 'store', 'ui', 'keys', 'seal', 'identity', 'rehearsal'],
};

/** Packages that touch the outside, or decide how something looks: one door each. */
const doors: Readonly<Record<string, RegExp>> = {
  execa: /^src\/hosts\/local\/processes\.ts$/,
  '@inquirer/prompts': /^src\/ui\/inquirer\.ts$/,
  listr2: /^src\/ui\/task-list\.ts$/,
  ora: /^src\/ui\/spinner\.ts$/,
  chalk: /^src\/ui\/chalk\.ts$/,
  uqr: /^src\/cli\/text\//,
  commander: /^src\/cli\//,
  'age-encryption': /^src\/age\//,
  'bcrypt-pbkdf': /^src\/age\//,
  tar: /^src\/identity\//,
  // lock.ts runs flock(1) synchronously, while the journal's file is held open
  'node:child_process': /^src\/store\/lock\.ts$/,
  // apart from the file doors: the terminal, inherited descriptors, and the composition root
  'node:fs':
    /^src\/(store|hosts\/local)\/|^src\/ui\/terminal\.ts$|^src\/cli\/(streams|context)\.ts$|^src\/cli\/commands\/rehearse\.ts$/,
  'node:fs/promises': /^src\/store\//,
};

const network = /^(node:)?(net|tls|http|https|http2|dgram|dns|dns\/promises|inspector|cluster)$/;

const files = sources('src');
const imports = files.flatMap(importsOf);

describe('layers', () => {
  test('every folder of src/ has its rule, and every rule its folder', () => {
    expect([...new Set(files.map(folderOf))].sort()).toEqual(Object.keys(allowed).sort());
  });

  test('no folder imports what it may not', () => {
    const wrong = imports
      .filter(({ external }) => !external)
      .filter(({ from, to }) => folderOf(to) !== folderOf(from) && !allowed[folderOf(from)]?.includes(folderOf(to)))
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(wrong).toEqual([]);
  });

  test('a package that touches the outside is imported behind its door only', () => {
    const wrong = imports
      .filter(({ from, to, external }) => external && doors[to] !== undefined && !doors[to].test(from))
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(wrong).toEqual([]);
  });

  test('the one table of kinds is complete: a file in kinds/ for each, named as its id', () => {
    const registry = readFileSync(join(root, 'src/identity/registry.ts'), 'utf8');
    const ids = [...registry.matchAll(/^ {4}id: '([^']+)'/gm)].map((match) => match[1]);
    expect(ids.toSorted()).toEqual(
      sources('src/identity/kinds').map((file) => file.slice('src/identity/kinds/'.length, -3)),
    );
  });
});

describe('offline by construction', () => {
  test('no source imports a network module, and none calls fetch', () => {
    expect(imports.filter(({ to }) => network.test(to)).map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
    expect(
      files.filter((file) =>
        /\b(fetch|WebSocket|EventSource|XMLHttpRequest)\s*\(/.test(readFileSync(join(root, file), 'utf8')),
      ),
    ).toEqual([]);
  });

  test('nothing in the built program, dependencies included, imports a network module', () => {
    const metafile = JSON.parse(readFileSync(join(root, 'dist/metafile.json'), 'utf8')) as {
      inputs: Record<string, { imports: { path: string; external?: boolean }[] }>;
    };
    const external = Object.entries(metafile.inputs).flatMap(([file, input]) =>
      input.imports.filter((one) => one.external === true).map((one) => ({ file, path: one.path })),
    );
    // the reader of the graph must be seen to read it
    expect(external.some(({ path }) => path === 'node:fs')).toBe(true);
    expect(external.filter(({ path }) => network.test(path))).toEqual([]);
  });
});
