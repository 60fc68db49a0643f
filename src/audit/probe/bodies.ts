import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ServiceCaps } from '../service-declared.ts';

const piece = 16 * 1024;

/** Blanks in pieces: in JSON they mean nothing, wherever they stand. */
export function* blanks(length: number): Generator<Uint8Array> {
  const block = Buffer.alloc(piece, ' ');
  for (let left = length; left > 0; left -= piece) yield block.subarray(0, Math.min(left, piece));
}

/** Bytes cut into pieces. */
export function* inPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
}

/** The sample and blanks behind it, packed: some thousandfold more than its size, and below both caps of size where these allow. */
export function denseGzip(sample: string, { body, inflated, ratio }: ServiceCaps): Uint8Array {
  const length = Math.min(Math.max(ratio * 20_000, 200_000), Math.max(inflated, 200_000), Math.max(body, 200_000));
  return gzipSync(Buffer.concat([Buffer.from(sample), Buffer.alloc(length, ' ')]));
}

/**
 * The sample and enough behind it to be larger than `inflated`, packed to no less than the ratio and within the cap
 * of the body; null where the three caps leave no such body.
 */
export function largeGzip(sample: string, { body, inflated, ratio }: ServiceCaps): Uint8Array | null {
  const length = Math.ceil(inflated * 1.05) + 1024;
  const least = (length / ratio) * 1.03;
  if (least > body * 0.97) return null;
  const text = Buffer.alloc(length, ' ');
  // blanks of four kinds pack to some quarter; a block longer than the window of gzip packs no better when it is repeated
  const block = Buffer.from(randomBytes(noise).map((byte) => kinds[byte & 3] ?? 32));
  const packs = gzipSync(block, fast).length / noise;
  const random = Math.min(length, Math.round((least + body * 0.97) / 2 / packs));
  for (let at = 0; at < random; at += noise) text.set(block.subarray(0, Math.min(noise, random - at)), at);
  text.set(Buffer.from(sample));
  const packed = gzipSync(text, fast);
  return packed.length <= body && length / packed.length <= ratio ? packed : null;
}

/** What JSON takes for nothing. */
const kinds = Buffer.from(' \n\r\t');
const noise = 64 * 1024;
const fast = { level: 1 };
