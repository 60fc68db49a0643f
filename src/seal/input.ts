import type { Context } from '../core/context.ts';

/** Milliseconds between two progress events. */
const progressInterval = 100;

/** The bytes of a file, or of standard input for undefined and `-`. */
export function readInput(context: Context, path: string | undefined): AsyncIterable<Uint8Array> {
  return path === undefined || path === '-' ? context.streams.stdin : context.files.stream(path);
}

/** Passes chunks through and tells how far it is; silent for small inputs. */
export async function* withProgress(
  context: Context,
  title: string,
  path: string | undefined,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const total = path === undefined || path === '-' ? undefined : context.files.stat(path)?.size;
  let done = 0;
  let next = context.clock.monotonic() + progressInterval;
  let shown = false;
  try {
    for await (const chunk of chunks) {
      yield chunk;
      done += chunk.length;
      const now = context.clock.monotonic();
      if (now < next) continue;
      next = now + progressInterval;
      shown = true;
      context.events.emit({ kind: 'bytes', title, done, state: 'running', ...(total === undefined ? {} : { total }) });
    }
  } finally {
    if (shown) context.events.emit({ kind: 'bytes', title, done, state: 'end' });
  }
}
