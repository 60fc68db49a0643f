import { basename } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { BinaryConfig } from '../config/schema-sync.ts';
import type { CommandSpec, Declaration, MemberSpec, Platform, SourceSpec, VerifySpec } from '../sync/declaration.ts';

const defaultPrefix = '/opt/valops';
const defaultKeep = 5;
/** Milliseconds. */
const timeouts = { check: 30_000, health: 120_000, restart: 120_000 } as const;
const slsaProvenance = 'https://slsa.dev/provenance/v1';

/** The binaries of `valops.yaml` with every default filled in. `prefix`: `--prefix`, before what is declared. */
export function declarations({ binaries, sync }: Config, prefix?: string): readonly Declaration[] {
  return Object.entries(binaries).map(([name, given]) => ({
    name,
    version: given.version,
    platforms: platformsOf(given.platforms ?? ['linux-x64']),
    prefix: trimmed(prefix ?? given.prefix ?? sync.prefix ?? defaultPrefix),
    source: sourceOf(given.source),
    archive: {
      // a declaration without an archive is of a file that is the program itself
      format: given.archive === undefined ? 'bare' : (given.archive.format ?? 'auto'),
      members: (given.archive?.members ?? [{ install: `bin/${name}` }]).map(memberOf),
    },
    verify: (given.verify ?? []).map(verifyOf),
    check: commandOf(given.check, timeouts.check),
    health: commandOf(given.health, timeouts.health),
    restart: commandOf(given.restart, timeouts.restart),
    minimum: given.minimum,
    keep: sync.keep ?? defaultKeep,
  }));
}

function trimmed(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}

const publishersNames: Readonly<Record<string, Omit<Platform, 'id'>>> = {
  'linux-x64': { os: 'linux', arch: 'x86_64', target: 'x86_64-unknown-linux-gnu' },
  'linux-arm64': { os: 'linux', arch: 'aarch64', target: 'aarch64-unknown-linux-gnu' },
};

function platformsOf(given: NonNullable<BinaryConfig['platforms']>): readonly Platform[] {
  const entries = Array.isArray(given) ? [...new Set(given)].map((id) => [id, {}] as const) : Object.entries(given);
  return entries.map(([id, named]) => {
    const { os = '', arch = '', target = '' } = { ...publishersNames[id], ...named };
    return { id, os, arch, target };
  });
}

function sourceOf(source: BinaryConfig['source']): SourceSpec {
  if (source.type !== 'github') return source;
  const { tag = 'v{version}', api = 'https://api.github.com', ...rest } = source;
  return { ...rest, tag, api };
}

type MemberConfig = NonNullable<BinaryConfig['archive']>['members'][number];

function memberOf(given: MemberConfig): MemberSpec {
  if (typeof given === 'string') return memberOf({ path: given });
  const path = 'path' in given ? given.path : '';
  const install = given.install ?? `bin/${basename(path)}`;
  const mode = given.mode ?? (install.startsWith('bin/') ? '0755' : '0644');
  return { path, install, mode: Number.parseInt(String(mode), 8) };
}

function verifyOf(given: NonNullable<BinaryConfig['verify']>[number]): VerifySpec {
  switch (given.type) {
    case 'sha256sums':
      return given;
    case 'openpgp': {
      const signers = given.signers.map((one) => one.replaceAll(' ', '').toUpperCase());
      const signatures = given.signatures.map((one) => (typeof one === 'string' ? { file: one } : one));
      return { ...given, signers, signatures, threshold: given.threshold ?? new Set(signers).size };
    }
    case 'minisign':
    case 'signify':
      return { ...given, threshold: given.threshold ?? 1 };
    case 'sigstore':
      return { ...given, signers: given.signers ?? [], threshold: given.threshold ?? 1 };
    case 'github-attestation':
      return { ...given, predicateType: given.predicateType ?? slsaProvenance, threshold: given.threshold ?? 1 };
  }
}

function commandOf(given: BinaryConfig['check'], timeout: number): CommandSpec | undefined {
  if (given === undefined) return undefined;
  const command = Array.isArray(given) ? { run: given } : given;
  const [first = '', ...rest] = command.run;
  return {
    run: [first, ...rest],
    expect: 'expect' in command ? command.expect : undefined,
    timeout: 'timeout' in command && command.timeout !== undefined ? milliseconds(command.timeout) : timeout,
  };
}

/** `90`, `90s` and `2m`; a bare number counts seconds. */
function milliseconds(duration: number | string): number {
  const unit = String(duration).endsWith('m') ? 60_000 : 1000;
  return Number.parseInt(String(duration), 10) * unit;
}
