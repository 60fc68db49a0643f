import { join } from 'node:path';
import { parseAttestations, type Attestation } from '../audit/attestation.ts';
import type { Context, Home } from '../core/context.ts';

const limit = 16 * 1024 * 1024;

/** Where attestations lie. */
export function attestationsPath(home: Home): string {
  return join(home.path, 'attestations.json');
}

/** All attestations of this home, oldest first. Throws AUDIT_STATE_INVALID, FILE_UNREADABLE. */
export function readAttestations({ files, home }: Pick<Context, 'files' | 'home'>): readonly Attestation[] {
  const path = attestationsPath(home);
  return files.stat(path) === null ? [] : parseAttestations(files.read(path, limit), path);
}
