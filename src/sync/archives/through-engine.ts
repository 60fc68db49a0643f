import { pipeline, Readable, type Transform } from 'node:stream';

/**
 * Passes chunks through a zlib engine. Memory is bounded by the buffers of both ends; leaving the
 * loop, or an error on either side, closes the source and the engine. Errors come as they are.
 */
export async function* throughEngine(
  source: AsyncIterable<Uint8Array>,
  engine: Transform,
): AsyncGenerator<Uint8Array, void, undefined> {
  pipeline(Readable.from(copies(source), { objectMode: true, highWaterMark: 1 }), engine, () => undefined);
  for await (const chunk of engine) yield chunk as Uint8Array;
}

/** A stream reads ahead, while a chunk of ours holds only until the next one is asked for. */
async function* copies(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) yield Buffer.from(chunk);
}
