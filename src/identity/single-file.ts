import { Secret } from '../lib/secret.ts';
import type { PlacedFile } from './kind.ts';

/** `place` of a kind whose target is the one file that holds the payload: a private copy, 0600. */
export function placeSingleFile(payload: Uint8Array): readonly PlacedFile[] {
  return [{ path: '', bytes: new Secret(payload.slice()), mode: 0o600, existing: 'compare' }];
}

/** `collect` of such a kind: the file's bytes as they are, or null when there is none. */
export function collectSingleFile(read: (path: string) => Uint8Array | null): Secret | null {
  const bytes = read('');
  return bytes === null ? null : new Secret(bytes.slice());
}
