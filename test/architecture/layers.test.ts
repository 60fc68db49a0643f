import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderOf, importsOf, root, sources } from './imports.ts';

/** What a folder of src/ may import besides itself. lib ← core ← age ← capabilities ← cli; doors know lib and core. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  core: ['lib'],
  age: ['lib', 'core'],
  facts: ['lib', 'core'],
  policy: ['lib', 'core'],
  // what running rules do to a packet, pure: the firewall explains by it, and ssh asks it before a port moves
  'packet-filter': ['lib', 'core', 'facts', 'policy'],
  firewall: ['lib', 'core', 'facts', 'policy', 'packet-filter'],
  // one change made of two capabilities: the only folder that knows both
  harden: ['lib', 'core', 'policy', 'firewall', 'ssh'],
  config: ['lib', 'core'],
  hosts: ['lib', 'core'],
  net: ['lib', 'core'],
  store: ['lib', 'core'],
  ui: ['lib', 'core'],
  // a new key takes the place of the old one in the files sealed to it
  keys: ['lib', 'core', 'age', 'reseal'],
  seal: ['lib', 'core', 'age'],
  // the card of a sealed file names its digest
  reseal: ['lib', 'core', 'age', 'identity'],
  identity: ['lib', 'core', 'age'],
  // what is backed up are identities, to whom it opens are keys: both are asked, not written anew
  backup: ['lib', 'core', 'age', 'identity', 'keys'],
  rehearsal: ['lib', 'core'],
  // the guided form of their commands: what it does is what they do
  ceremony: ['lib', 'core', 'age', 'identity', 'keys'],
  ssh: ['lib', 'core', 'facts', 'policy', 'packet-filter'],
  sync: ['lib', 'core'],
  // judges what the hardening capabilities plan, by their own rules: they must agree by construction
  // reports are signed with SSH keys, which age reads
  // catalogue, cards, releases and journal of a host are read and verified by the code that writes them
  audit: [
    'lib',
    'core',
    'age',
    'facts',
    'policy',
    'packet-filter',
    'ssh',
    'firewall',
    'identity',
    'backup',
    'sync',
    'store',
  ],
  cli: [
    'lib',
    'core',
    'facts',
    'policy',
    'firewall',
    'harden',
    'age',
    'config',
    'hosts',
    'net',
    'store',
    'ui',
    'keys',
    'seal',
    'reseal',
    'identity',
    'backup',
    'rehearsal',
    'ceremony',
    'ssh',
    'sync',
    'audit',
  ],
};

/** Packages that touch the outside, or decide how something looks: one door each. */
const doors: Readonly<Record<string, RegExp>> = {
  execa: /^src\/hosts\/local\/processes\.ts$/,
  ssh2: /^src\/hosts\/ssh\/ssh2\.ts$/,
  'ssh-config': /^src\/hosts\/ssh\/openssh-config\.ts$/,
  undici: /^src\/net\/undici\.ts$/,
  'p-limit': /^src\/(hosts\/fan-out|net\/downloads)\.ts$/,
  yaml: /^src\/config\/yaml\.ts$/,
  '@inquirer/prompts': /^src\/ui\/inquirer\.ts$/,
  listr2: /^src\/ui\/task-list\.ts$/,
  ora: /^src\/ui\/spinner\.ts$/,
  chalk: /^src\/ui\/chalk\.ts$/,
  // a page of a share is written as a file, not shown
  uqr: /^src\/cli\/text\/|^src\/keys\/escrow\/page\.ts$/,
  'shamir-secret-sharing': /^src\/age\/shamir\.ts$/,
  commander: /^src\/cli\//,
  'age-encryption': /^src\/age\//,
  'bcrypt-pbkdf': /^src\/age\//,
  // what unpacks archives; tar itself is read by our own walk, which two tar readers cannot see differently
  yauzl: /^src\/sync\/archives\/zip/,
  'xz-decompress': /^src\/sync\/archives\/xz\.ts$/,
  fzstd: /^src\/sync\/archives\/zstd\.ts$/,
  openpgp: /^src\/sync\/verifiers\/openpgp-library\.ts$/,
  '@sigstore/bundle': /^src\/sync\/verifiers\/sigstore-library\.ts$/,
  '@sigstore/protobuf-specs': /^src\/sync\/verifiers\/sigstore-library\.ts$/,
  '@sigstore/verify': /^src\/sync\/verifiers\/sigstore-library\.ts$/,
  tar: /^src\/(identity|backup)\//,
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

/** The commands of the air-gapped machine. Whatever they load, now or later, cannot speak to a network. */
const offlineNouns = [
  'rehearse',
  'ceremony',
  'keys',
  'identity',
  'encrypt',
  'decrypt',
  'reseal',
  'inspect',
  'journal',
  'backup',
];

describe('offline by construction', () => {
  test('network modules are imported in hosts/ssh only, and nothing calls fetch', () => {
    // tls: only for the list of trusted authorities
    // audit/probe: services are asked for what they must refuse, which no well-behaved client does
    const allowed =
      /^src\/hosts\/ssh\/.* imports|^src\/net\/roots\.ts imports node:tls$|^src\/audit\/probe\/(way|exchange)\.ts imports/;
    expect(
      imports
        .filter(({ to }) => network.test(to))
        .map(({ from, to }) => `${from} imports ${to}`)
        .filter((found) => !allowed.test(found)),
    ).toEqual([]);
    // not methods of that name, neither where they are declared nor where they are called
    const call = /(?<![.\w])(fetch|WebSocket|EventSource|XMLHttpRequest)\s*\((?![^()]*\)\s*[:{])|\bglobalThis\b/;
    expect(files.filter((file) => call.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
    expect(['await fetch(url)', 'new WebSocket(url)', 'globalThis.fetch(url)'].every((text) => call.test(text))).toBe(
      true,
    );
  });

  test('net is reached from two openers only, and only when something is fetched or delivered', () => {
    const openers = ['src/cli/sync-doors.ts', 'src/cli/audit-posts.ts'];
    for (const opener of openers)
      expect(readFileSync(join(root, opener), 'utf8').match(/^import (?!type\b).*\/net\//gm)).toBeNull();
    expect(
      imports
        .filter(({ from, to }) => to.startsWith('src/net/') && !from.startsWith('src/net/'))
        .map(({ from }) => from)
        .filter((from) => !openers.includes(from)),
    ).toEqual([]);
  });

  test('services are probed by one opener only, and only when an audit wants it', () => {
    const opener = 'src/cli/audit-probe.ts';
    expect(readFileSync(join(root, opener), 'utf8').match(/^import (?!type\b).*\/probe\//gm)).toBeNull();
    expect(
      imports
        .filter(({ from, to }) => to.startsWith('src/audit/probe/') && !from.startsWith('src/audit/probe/'))
        .map(({ from }) => from)
        .filter((from) => from !== opener),
    ).toEqual([]);
  });

  test('hosts/ssh is reached from hosts/connect only, and only when a host is connected to', () => {
    const connect = readFileSync(join(root, 'src/hosts/connect.ts'), 'utf8');
    expect(connect.match(/^import (?!type\b).*\/ssh\//gm)).toBeNull();
    expect(
      imports
        .filter(({ from, to }) => to.startsWith('src/hosts/ssh/') && !from.startsWith('src/hosts/ssh/'))
        .map(({ from }) => from)
        .filter((from) => from !== 'src/hosts/connect.ts'),
    ).toEqual([]);
  });

  const { inputs, outputs } = JSON.parse(readFileSync(join(root, 'dist/metafile.json'), 'utf8')) as {
    inputs: Record<string, { imports: { path: string; external?: boolean }[] }>;
    outputs: Record<string, { entryPoint?: string; inputs: object; imports: { path: string; external?: boolean }[] }>;
  };
  /** The network modules which a chunk of the built program imports, dependencies included. */
  const networkOf = (chunk: string): readonly string[] =>
    Object.keys(outputs[chunk]?.inputs ?? {}).flatMap((file) =>
      (inputs[file]?.imports ?? [])
        .filter((one) => one.external === true && network.test(one.path))
        .map((one) => `${file} imports ${one.path}`),
    );
  /** Chunks that can get loaded from one, at once or later. */
  function reachable(chunk: string, seen = new Set<string>()): ReadonlySet<string> {
    if (seen.has(chunk) || outputs[chunk] === undefined) return seen;
    seen.add(chunk);
    for (const { path, external } of outputs[chunk].imports) if (external !== true) reachable(path, seen);
    return seen;
  }
  const chunkOf = (source: string): string =>
    Object.keys(outputs).find((chunk) => outputs[chunk]?.entryPoint === source) ?? `no chunk begins with ${source}`;

  test('the reader of the built graph sees the network where it is', () => {
    const connect = [...reachable(chunkOf('src/hosts/connect.ts'))].flatMap(networkOf);
    expect(connect).toContain('node_modules/ssh2/lib/client.js imports net');
  });

  test.each([...offlineNouns.map((noun) => `src/cli/commands/${noun}.ts`), 'src/cli/session.ts'])(
    'nothing that %s can load speaks to a network, dependencies included',
    (source) => {
      const chunks = [...reachable(chunkOf(source))];
      expect(chunks.length).toBeGreaterThan(1);
      expect(chunks.flatMap(networkOf)).toEqual([]);
    },
  );

  test('neither does the start of the program, before it knows the command', () => {
    const seen = new Set<string>();
    const queue = ['dist/start.js'];
    for (const chunk of queue) {
      if (seen.has(chunk)) continue;
      seen.add(chunk);
      const loaded = outputs[chunk]?.imports as { path: string; kind: string }[];
      queue.push(
        ...loaded
          .filter(({ kind, path }) => kind === 'import-statement' && outputs[path] !== undefined)
          .map(({ path }) => path),
      );
    }
    expect([...seen].flatMap(networkOf)).toEqual([]);
  });
});
