import { basename, join } from 'node:path';
import { ValopsError } from '../lib/errors.ts';
import type { Declaration } from './declaration.ts';
import type { PinFile } from './pin.ts';

/** Where the releases of one binary are, and the names beside them. All absolute. */
export interface ReleaseRoot {
  readonly path: string;
  /** Link to the active release, relative; replaced by rename, never removed. */
  readonly current: string;
  /** Says that a switch is under way. */
  readonly pending: string;
  /** The switches that were proven, oldest first. */
  readonly history: string;
  /** Names the releases that are not switched to again by themselves. */
  readonly held: string;
  /** Path of a release by its name. */
  release(name: string): string;
}

/** The places of one binary below its prefix. Throws USAGE for a name that would leave it. */
export function releaseRoot({ prefix, name }: Pick<Declaration, 'prefix' | 'name'>): ReleaseRoot {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name) || name === 'bin') {
    throw new ValopsError('USAGE', `"${name}" cannot be the name of a binary`, {
      hint: 'Use letters, digits, ".", "_" and "-", and another name than "bin".',
    });
  }
  const path = join(prefix, name);
  return {
    path,
    current: join(path, 'current'),
    pending: join(path, 'pending.json'),
    history: join(path, 'history.json'),
    held: join(path, 'held.json'),
    release: (release) => join(path, release),
  };
}

/** `<version>-<first 12 of the artifact's sha256>`. Throws USAGE for a version that cannot be a name. */
export function releaseName(version: string, sha256: string): string {
  if (!/^[0-9A-Za-z][0-9A-Za-z.+_~-]*$/.test(version) || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new ValopsError('USAGE', `"${version}" with sha256 "${sha256}" cannot name a release`, {
      hint: 'Use letters, digits, ".", "+", "_", "~" and "-" in versions.',
    });
  }
  return `${version}-${sha256.slice(0, 12)}`;
}

/** Name of the release that is pinned for a platform; null without a pin. */
export function pinnedRelease({ binaries }: PinFile, name: string, platform: string): string | null {
  const binary = binaries[name];
  const pin = binary?.platforms[platform];
  return binary === undefined || pin === undefined ? null : releaseName(binary.version, pin.sha256);
}

/** Whether a name in a release root is that of a release. */
export function isReleaseName(name: string): boolean {
  return /^[0-9A-Za-z].*-[0-9a-f]{12}$/.test(name);
}

const leftover = /^\.(?:staging|removing|repair)-[0-9a-f]{16}$|^\..+\.valops-\d+-[0-9a-f]{8}$/;

/** Whether a name is what a killed run left half done. Nothing but valops makes such names. */
export function isLeftover(name: string): boolean {
  return leftover.test(name);
}

/** A private name beside the releases; `kind` says what becomes of it. */
export function privateName(
  kind: 'staging' | 'removing' | 'repair' | 'broken',
  randomBytes: (length: number) => Uint8Array,
): string {
  return `.${kind}-${Buffer.from(randomBytes(8)).toString('hex')}`;
}

/** What `<prefix>/bin/<name>` leads to: always through `current`. */
export function binLink(
  { prefix, name }: Pick<Declaration, 'prefix' | 'name'>,
  install: string,
): { readonly path: string; readonly target: string } {
  return { path: join(prefix, 'bin', basename(install)), target: join('..', name, 'current', install) };
}
