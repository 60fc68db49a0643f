import { resolve } from 'node:path';
import type { Declaration, VerifySpec } from './declaration.ts';
import { adopt, newcomerPath, takeCached } from './cache.ts';
import type { Pin } from './pin.ts';
import { fill } from './placeholders.ts';
import type { Placeholders, SyncDoors } from './source.ts';
import { sourceFor } from './sources/registry.ts';
import { verifierFor } from './verifiers/registry.ts';

/** Side files of a release, by the names which the verifiers ask for. */
export type Evidence = ReadonlyMap<string, Uint8Array>;

/** Signatures, sums files and bundles are small. Bytes. */
const evidenceLimit = 16 * 1024 * 1024;

/** What `valops.yaml` asks for as proof, with the placeholders filled for one artifact. */
export function verifySpecs(declaration: Declaration, words: Placeholders, artifact: string): readonly VerifySpec[] {
  return declaration.verify.map((spec) => filled(spec, { ...words, artifact }) as VerifySpec);
}

function filled(value: unknown, words: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return fill(value, words);
  if (Array.isArray(value)) return value.map((one) => filled(one, words));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filled(member, words)]));
}

/**
 * Fetches every side file that the verifiers need, into the cache. Throws what sources throw: a
 * verifier that cannot look is a failure.
 */
export async function fetchEvidence(
  doors: SyncDoors,
  { source }: Declaration,
  words: Placeholders,
  specs: readonly VerifySpec[],
): Promise<{ readonly files: Evidence; readonly pins: Pin['evidence'] }> {
  const files = new Map<string, Uint8Array>();
  const pins: Record<string, { url: string; sha256: string; size: number }> = {};
  const from = await sourceFor(source.type);
  for (const name of await neededFiles(specs)) {
    const location = await from.locate(doors, source, words, name);
    const newcomer = await from.fetch(doors, source, {
      location,
      path: newcomerPath(doors.context, location.url),
      limit: evidenceLimit,
    });
    const { path, sha256, size } = adopt(doors, newcomer);
    files.set(name, doors.context.files.read(path, evidenceLimit));
    pins[name] = { url: location.url, sha256, size };
  }
  return { files, pins };
}

/** Fetches the side files which a pin names, unless they are cached: exactly these bytes. */
export async function fetchPinnedEvidence(doors: SyncDoors, { source }: Declaration, pin: Pin): Promise<Evidence> {
  const { context } = doors;
  const files = new Map<string, Uint8Array>();
  const from = await sourceFor(source.type);
  for (const [name, { url, sha256, size }] of Object.entries(pin.evidence)) {
    let found = await takeCached(context, sha256, size);
    if (found === undefined) {
      const location = { name: name.split('/').at(-1) ?? name, url };
      const path = newcomerPath(context, url);
      found = adopt(doors, await from.fetch(doors, source, { location, path, limit: size, size, sha256 }));
    }
    files.set(name, context.files.read(found.path, evidenceLimit));
  }
  return files;
}

/** The side files which a pin names, when all of them are cached. */
export async function cachedEvidence({ context }: SyncDoors, pin: Pin): Promise<Evidence | undefined> {
  const files = new Map<string, Uint8Array>();
  for (const [name, { sha256, size }] of Object.entries(pin.evidence)) {
    const found = await takeCached(context, sha256, size);
    if (found === undefined) return undefined;
    files.set(name, context.files.read(found.path, evidenceLimit));
  }
  return files;
}

/** The operator's own files of trust which the verifiers name; one that is not there is left to the verifier. */
export async function readTrust({ context, base }: SyncDoors, specs: readonly VerifySpec[]): Promise<Evidence> {
  const trust = new Map<string, Uint8Array>();
  for (const name of await trustFiles(specs)) {
    const path = resolve(base, name);
    if (context.files.stat(path) !== null) trust.set(name, context.files.read(path, evidenceLimit));
  }
  return trust;
}

/** The names of side files that verifiers need, each once. */
async function neededFiles(specs: readonly VerifySpec[]): Promise<readonly string[]> {
  const needed = await Promise.all(specs.map(async (spec) => (await verifierFor(spec.type)).needs(spec)));
  return [...new Set(needed.flat())];
}

/** The names of trust files that verifiers need, each once, as `valops.yaml` has them. */
export async function trustFiles(specs: readonly VerifySpec[]): Promise<readonly string[]> {
  const named = await Promise.all(specs.map(async (spec) => (await verifierFor(spec.type)).trusts(spec)));
  return [...new Set(named.flat())];
}

/** Whether one of these verifiers proves who made the bytes. */
export async function proves(specs: readonly VerifySpec[]): Promise<boolean> {
  const verifiers = await Promise.all(specs.map(({ type }) => verifierFor(type)));
  return verifiers.some(({ signs }) => signs);
}
