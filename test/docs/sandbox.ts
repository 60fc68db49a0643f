import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repository } from './documents.ts';

/** Directories of the documents that are really below the sandbox. */
const relocated = /(?<![\w./-])\/(?=(?:media\/usb|home\/|var\/lib\/valops|run\/valops|dev\/shm\/))/g;

/** The places of the ceremony and of OPERATIONS.md: where their user is at home, and where their state lies. */
const places = {
  host: { home: '/home/ops', environment: { VALOPS_HOME: '/var/lib/valops' } },
  offline: { home: '/home/user', environment: {} },
  escrow: { home: '/home/escrow', environment: {} },
  workstation: { home: '/home/workstation', environment: {} },
} as const;

export type Place = keyof typeof places;

export function isPlace(word: string | undefined): word is Place {
  return word !== undefined && Object.hasOwn(places, word);
}

export interface Spoken {
  readonly status: number | null;
  readonly output: string;
  readonly error: string;
}

/** A root directory of its own for the documents, in which `valops` is the packed tarball. */
export interface Sandbox {
  /** Where a path of the documents really is. */
  at(path: string): string;
  run(place: Place, script: string): Spoken;
  remove(): void;
}

/** Arch Network's `validator`, as far as the document uses it: one line of JSON, one file left behind. */
const validator = `#!/bin/sh
secret=$(od -An -tx1 -N32 /dev/urandom | tr -d ' \\n')
printf %s "$secret" > "$3/identity-secret"
printf '{"peer_id": "16Uiu2HAmThExxMTppjGf22dqdvFAzr4aFcooGC5YC9MYVR8dRVLt", "secret_key": "%s"}\\n' "$secret"
`;

const namespaces = ['--user', '--map-root-user', '--net', '--'];

/** Whether blocks can be run as root of a namespace without a network. */
export const canUnshare = spawnSync('unshare', [...namespaces, 'true']).status === 0;

export function makeSandbox(): Sandbox {
  const root = mkdtempSync(join(tmpdir(), 'valops-docs-'));
  const real = (text: string): string =>
    text.replaceAll(relocated, `${root}/`).replaceAll('validator:validator', 'root:root');
  const programs = join(root, 'bin');
  for (const path of [
    'bin',
    'media/usb',
    'home/validator',
    'var/lib',
    'run/valops',
    'dev/shm',
    ...Object.values(places).map(({ home }) => home),
  ]) {
    mkdirSync(join(root, path), { recursive: true });
  }
  installTarball(root, programs);
  writeFileSync(join(programs, 'validator'), validator);
  chmodSync(join(programs, 'validator'), 0o755);
  symlinkSync(process.execPath, join(programs, 'node'));

  return {
    at: (path) => join(root, path),
    run(place, script) {
      const { home, environment } = places[place];
      const variables = Object.entries(environment).map(([name, value]) => [name, real(value)]);
      const { status, stdout, stderr } = spawnSync(
        'unshare',
        [...namespaces, 'bash', '-euo', 'pipefail', '-c', real(script)],
        {
          cwd: join(root, home),
          env: {
            PATH: `${programs}:/usr/bin:/bin:/usr/sbin:/sbin`,
            HOME: join(root, home),
            LC_ALL: 'C.UTF-8',
            ...Object.fromEntries(variables),
          },
          stdio: ['ignore', 'pipe', 'pipe'],
          encoding: 'utf8',
          timeout: 60_000,
        },
      );
      const shown = (text: string): string => text.replaceAll(root, '');
      return { status, output: shown(stdout), error: shown(stderr) };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Packs what is built and unpacks it as IDENTITY-GENERATION.md says: no node_modules, a link in PATH. */
function installTarball(root: string, programs: string): void {
  const listing = execFileSync('npm', ['pack', '--json', '--offline', '--pack-destination', root], {
    cwd: repository,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }] = JSON.parse(listing) as [{ filename: string }];
  execFileSync('tar', ['xzf', join(root, filename), '-C', root]);
  symlinkSync(join(root, 'package/bin/valops.js'), join(programs, 'valops'));
}

/** Copies a file between two paths of the documents, as a person would carry it. */
export function carry(sandbox: Sandbox, from: string, to: string): void {
  mkdirSync(dirname(sandbox.at(to)), { recursive: true });
  copyFileSync(sandbox.at(from), sandbox.at(to));
}
