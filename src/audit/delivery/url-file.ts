import type { Files } from '../../core/files.ts';
import { ValopsError } from '../../lib/errors.ts';
import { octal } from '../../lib/octal.ts';

/** Bytes of such a file at most. */
const limit = 8 * 1024;

/**
 * Reads addresses which are secrets themselves, from a file that only its owner may read: one address, or
 * lines `NAME ADDRESS`. An address without a name has the name "". Throws AUDIT_URL_FILE_INVALID, and what
 * `Files.read` throws.
 */
export function readUrlFile(
  files: Pick<Files, 'read' | 'stat' | 'realPath'>,
  path: string,
): ReadonlyMap<string, string> {
  const real = files.realPath(path);
  const mode = files.stat(real)?.mode ?? 0;
  if ((mode & 0o077) !== 0)
    throw new ValopsError(
      'AUDIT_URL_FILE_INVALID',
      `"${path}" has mode ${octal(mode)}, expected 0600: whoever has the address can use it`,
      { hint: `chmod 0600 ${path}` },
    );
  const lines = new TextDecoder()
    .decode(files.read(real, limit))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const found = lines.map((line) => line.split(/\s+/));
  if (found.length === 0 || found.some((words) => words.length > 2))
    throw new ValopsError('AUDIT_URL_FILE_INVALID', `"${path}" holds no address`, {
      hint: 'Write one address on one line, nothing else.',
    });
  return new Map(found.map((words) => (words.length === 1 ? ['', words[0] ?? ''] : [words[0] ?? '', words[1] ?? ''])));
}
