import type { Host, HostResult } from '../../core/host.ts';
import { ValopsError } from '../../lib/errors.ts';
import { printable } from '../../lib/printable.ts';
import { shellQuote } from '../../lib/shell-quote.ts';

/** What tells a file of a host from a changed one. */
export interface RemoteFile {
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly modified: number;
  readonly inode: string;
}

const block = 1024 * 1024;
const blocksOfPiece = 16;
/** Milliseconds for one piece: a line of 256 kbit/s gets it across. */
const pieceTimeout = 600_000;

/** Examines a regular file; links at its name are followed. Throws SYNC_SOURCE_FAILED and what `Host` throws. */
export async function statRemote(host: Host, path: string): Promise<RemoteFile> {
  // GNU and busybox first, then BSD
  const script = [
    `f=${shellQuote(path)}`,
    'test -f "$f" || { echo "no such regular file" >&2; exit 3; }',
    'test -r "$f" || { echo "not readable for this login" >&2; exit 3; }',
    `stat -L -c '%s %Y %i' -- "$f" 2>/dev/null || stat -L -f '%z %m %i' "$f"`,
  ].join('\n');
  const result = await host.run({ script, as: 'user', timeout: 60_000 });
  const words = /^(\d+) (\d+) (\d+)$/.exec(text(result.stdout));
  if (result.exitCode !== 0 || words === null) throw failed('examine', path, host, result);
  return { size: Number(words[1]), modified: Number(words[2]), inode: words[3] ?? '' };
}

/**
 * The bytes from `offset` to the next border of 16 MiB, or to `size`, the end of the file. Throws
 * SYNC_SOURCE_FAILED when the host answers with another number of bytes, and what `Host` throws.
 */
export async function readPiece(host: Host, path: string, offset: number, size: number): Promise<Uint8Array> {
  const skip = Math.floor(offset / block);
  const wanted = Math.min(size, (skip + blocksOfPiece) * block) - offset;
  const script = `dd if=${shellQuote(path)} bs=${block} skip=${skip} count=${blocksOfPiece} 2>/dev/null`;
  const result = await host.run({ script, as: 'user', timeout: pieceTimeout });
  if (result.exitCode !== 0) throw failed('read', path, host, result);
  const within = offset - skip * block;
  const piece = result.stdout.subarray(within, within + wanted);
  if (piece.length !== wanted) {
    throw new ValopsError(
      'SYNC_SOURCE_FAILED',
      `expected ${wanted} bytes of "${path}" on ${host.name} from ${offset} on, got ${piece.length}`,
      { hint: 'Wait until nothing writes to it any more, and try again.' },
    );
  }
  return piece;
}

function failed(verb: string, path: string, host: Host, { exitCode, stderr }: HostResult): ValopsError {
  const said = printable(text(stderr).split('\n').at(-1) ?? '');
  const why = said === '' ? `exit status ${exitCode ?? 'none, a signal ended it'}` : said;
  return new ValopsError('SYNC_SOURCE_FAILED', `cannot ${verb} "${path}" on ${host.name}: ${why}`, {
    hint: 'Check the path of the source in valops.yaml, and that this login may read the file.',
  });
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim();
}
