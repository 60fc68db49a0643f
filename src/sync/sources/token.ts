import { resolve } from 'node:path';
import { ValopsError } from '../../lib/errors.ts';
import type { SyncDoors } from '../source.ts';
import { octal } from '../../lib/octal.ts';

/**
 * Reads an access token, the one line of its file, relative to `valops.yaml`. Throws KEY_UNSAFE_MODE
 * when others may read the file, CONFIG_INVALID when it holds no token, FILE_NOT_FOUND.
 */
export function readToken({ context, base }: Pick<SyncDoors, 'context' | 'base'>, file: string): string {
  const path = resolve(base, file);
  const stat = context.files.stat(path);
  if (stat !== null && (stat.mode & 0o077) !== 0) {
    const mode = octal(stat.mode);
    throw new ValopsError('KEY_UNSAFE_MODE', `the token "${path}" has the mode ${mode}, expected 0600`, {
      hint: `Take it from the others, and replace it if they may have read it: chmod 600 '${path.replaceAll("'", String.raw`'\''`)}'`,
    });
  }
  const token = new TextDecoder().decode(context.files.read(path, 4096)).trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new ValopsError('CONFIG_INVALID', `"${path}" does not hold one token on one line`, {
    hint: 'Write the access token alone into that file.',
  });
}
