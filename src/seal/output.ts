import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';

/** Permission bits of what `encrypt` and `decrypt` write: a sealed key is an object of custody too. */
const outputMode = 0o600;

export interface Output {
  /** A path, or undefined / `-` for standard output. */
  readonly path: string | undefined;
  /** Replace a regular file that is there. */
  readonly overwrite: boolean;
}

/** The path of an output that is a file; undefined for standard output. */
export function outputFile(output: Output): string | undefined {
  return output.path === '-' ? undefined : output.path;
}

/** Refuses early what `writeOutput` would refuse late. Throws USAGE, FILE_EXISTS. */
export function checkOutput(context: Context, output: Output, input: string | undefined): void {
  const path = outputFile(output);
  if (path === undefined) return;
  if (input !== undefined && input !== '-' && context.files.isSame(input, path)) {
    throw new ValopsError('USAGE', `input and output are the same file "${path}"`, {
      hint: 'Give another name to -o.',
    });
  }
  if (!output.overwrite && context.files.stat(path)?.type === 'file') {
    throw new ValopsError('FILE_EXISTS', `"${path}" exists already; it was not touched`, {
      hint: 'Give another name to -o, or --unsafe-overwrite to replace it.',
    });
  }
}

/** What was written where; `path` is undefined for standard output. Size in bytes. */
export interface Written {
  readonly path: string | undefined;
  readonly size: number;
}

/**
 * Writes chunks to the output. A file gets its name only after the last chunk: when `chunks`
 * throws, nothing is left behind. Standard output receives each chunk as it comes.
 */
export async function writeOutput(
  context: Context,
  output: Output,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Written> {
  const path = outputFile(output);
  let size = 0;
  if (path === undefined) {
    for await (const chunk of chunks) {
      await context.streams.writeOut(chunk);
      size += chunk.length;
    }
    return { path, size };
  }
  const target = context.files.stat(path)?.type ?? 'file';
  const staged = await context.files.stage(path, { mode: outputMode });
  try {
    for await (const chunk of chunks) {
      await staged.write(chunk);
      size += chunk.length;
    }
    await staged.publish(output.overwrite || target === 'other' ? 'replace' : 'exclusive');
    return { path, size };
  } catch (error) {
    await staged.discard();
    throw error;
  }
}
