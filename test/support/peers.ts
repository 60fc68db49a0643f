// Other implementations of age that tests compare ours with. None of them is needed to run the tests:
//   age                in PATH                     any version
//   VALOPS_TEST_AGE    path of a second, newer age; the age tools and plugins beside it are used too
//   age-plugin-NAME    in PATH or beside VALOPS_TEST_AGE (filippo.io/age/extra/..., cmd/age-plugin-batchpass)
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { findProgram } from '../../src/hosts/local/program-path.ts';

/** Directories in which peers are looked up, in PATH syntax; for the PATH of children too. */
export function peerPath(): string {
  const newer = process.env['VALOPS_TEST_AGE'];
  return [...(newer === undefined ? [] : [dirname(newer)]), process.env['PATH'] ?? ''].join(':');
}

/** The `age` of the system, or null. */
export function stockAge(): string | null {
  return findProgram('age', process.env['PATH'] ?? '');
}

/** The `age` that VALOPS_TEST_AGE names, or null. */
export function newerAge(): string | null {
  const path = process.env['VALOPS_TEST_AGE'];
  return path === undefined ? null : findProgram(path, '');
}

/** Path of `age-plugin-NAME`, or null. */
export function plugin(name: string): string | null {
  return findProgram(`age-plugin-${name}`, peerPath());
}

/** Path of another program, looked up beside the newer age first, or null. */
export function tool(name: string): string | null {
  return findProgram(name, peerPath());
}

export interface PeerAge {
  readonly path: string;
  readonly version: string;
  /** Whether it knows `age1pq1…` and `age1tag1…`: since 1.3. */
  readonly knowsHybrid: boolean;
}

/** All versions of age that are there, the system's first. */
export function peerAges(): readonly PeerAge[] {
  const paths = [stockAge(), newerAge()].filter((path) => path !== null);
  return [...new Set(paths)].map((path) => {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().replace(/^v/, '');
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return { path, version, knowsHybrid: major > 1 || minor >= 3 };
  });
}

/** `describe.each` needs at least one case, and a title that says why there is none. */
export const noAge: PeerAge = { path: '', version: 'none is installed', knowsHybrid: false };
