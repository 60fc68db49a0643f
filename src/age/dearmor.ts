import { base64 } from '@scure/base';
import { ValopsError } from '../lib/errors.ts';
import { armorBegin, armorEnd, lineBytes, lineColumns } from './armor.ts';

// Of age: how much white space may stand before and after the armor.
const whitespaceLimit = 1024;
// Strings in between are kept this small so that the garbage collector takes them cheaply.
const linesPerPiece = 512;
const lineFeed = 10;
const carriageReturn = 13;
const padding = '='.charCodeAt(0);

function malformed(problem: string): ValopsError {
  return new ValopsError('AGE_ARMOR_INVALID', `the armor is malformed: ${problem}`, {
    hint: 'Copy the file again as it is, from the BEGIN line to the END line; mail and editors change it.',
  });
}

/** A file without its armor, and whether it had one. */
export interface Dearmored {
  readonly armored: boolean;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Takes the armor off where there is one (C2SP age, ASCII armor): line ends LF or CRLF, white space
 * before and after, everything else strict. Reads as much of `source` as it needs to decide. The
 * bytes throw AGE_ARMOR_INVALID.
 */
export async function dearmor(source: AsyncIterable<Uint8Array>): Promise<Dearmored> {
  const iterator = source[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  for (;;) {
    const text = start.toString('latin1', 0, whitespaceLimit + armorBegin.length).trimStart();
    const undecided = text.length < armorBegin.length && armorBegin.startsWith(text) && start.length <= whitespaceLimit;
    if (!undecided) {
      const armored = text.startsWith(armorBegin);
      const bytes = startingWith(start, iterator);
      return { armored, bytes: armored ? decode(bytes) : bytes };
    }
    const next = await iterator.next();
    if (next.done === true) return { armored: false, bytes: startingWith(start, iterator) };
    start = start.length === 0 ? Buffer.from(next.value) : Buffer.concat([start, next.value]);
  }
}

async function* startingWith(start: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (start.length > 0) yield start;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

async function* decode(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new ArmorDecoder();
  for await (const text of source) {
    const bytes = decoder.push(text);
    if (bytes.length > 0) yield bytes;
  }
  const bytes = decoder.end();
  if (bytes.length > 0) yield bytes;
}

class ArmorDecoder {
  #expects: 'begin' | 'body' | 'end' | 'nothing' = 'begin';
  #carry: Buffer = Buffer.alloc(0);
  #whitespace = 0;
  #out: Buffer = Buffer.alloc(0);
  #outSize = 0;

  push(chunk: Uint8Array): Uint8Array {
    let text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    this.#out = Buffer.allocUnsafeSlow(Math.ceil(((this.#carry.length + text.length) * 3) / 4) + lineBytes);
    this.#outSize = 0;
    if (this.#carry.length > 0) {
      const end = text.indexOf(lineFeed) + 1;
      const head = Buffer.concat([this.#carry, end === 0 ? text : text.subarray(0, end)]);
      this.#carry = Buffer.alloc(0);
      if (end === 0) {
        text = head;
      } else {
        this.#line(head.subarray(0, -1));
        text = text.subarray(end);
      }
    }
    let at = 0;
    while (at < text.length) {
      const taken = this.#fullLines(text, at);
      at += taken;
      if (taken > 0) continue;
      const end = text.indexOf(lineFeed, at);
      if (end === -1) break;
      this.#line(text.subarray(at, end));
      at = end + 1;
    }
    if (text.length - at > whitespaceLimit) throw malformed('a line is too long');
    this.#carry = Buffer.from(text.subarray(at));
    return this.#out.subarray(0, this.#outSize);
  }

  end(): Uint8Array {
    this.#out = Buffer.alloc(lineBytes);
    this.#outSize = 0;
    if (this.#carry.length > 0) this.#line(this.#carry, 0);
    if (this.#expects !== 'nothing') throw malformed('it ends before its END line');
    return this.#out.subarray(0, this.#outSize);
  }

  /** Decodes full lines from `at` on in one go; returns how much text they took. */
  #fullLines(text: Buffer, at: number): number {
    if (this.#expects !== 'body') return 0;
    const stride = lineColumns + (text[at + lineColumns] === carriageReturn ? 2 : 1);
    const limit = at + linesPerPiece * stride;
    let to = at;
    while (
      to < limit &&
      text[to + stride - 1] === lineFeed &&
      // A line with padding has 64 columns too when it carries 46 or 47 bytes: the last one may.
      text[to + lineColumns - 1] !== padding &&
      (stride === lineColumns + 1 || text[to + stride - 2] === carriageReturn)
    ) {
      to += stride;
    }
    if (to === at) return 0;
    const lines = text.subarray(at, to);
    const size = ((to - at) / stride) * lineBytes;
    // Node's decoder takes the URL alphabet too and skips what it does not know: the first is
    // looked for, the second shows in the size.
    const written = this.#out.write(lines.toString('latin1'), this.#outSize, 'base64');
    if (written !== size || lines.includes('-') || lines.includes('_')) throw malformed('a line is not base64');
    this.#outSize += size;
    return to - at;
  }

  #line(raw: Buffer, lineEnd = 1): void {
    const text = raw.toString('latin1').replace(/\r$/, '');
    if (this.#expects === 'begin' || this.#expects === 'nothing') {
      if (text === armorBegin && this.#expects === 'begin') {
        this.#expects = 'body';
        this.#whitespace = 0;
        return;
      }
      if (text.trim() !== '') throw malformed(this.#expects === 'begin' ? 'its first line' : 'data after its END line');
      this.#whitespace += raw.length + lineEnd;
      if (this.#whitespace >= whitespaceLimit) throw malformed('too much white space around it');
    } else if (text === armorEnd) {
      this.#expects = 'nothing';
    } else if (this.#expects === 'end') {
      throw malformed('its END line');
    } else {
      this.#bodyLine(text);
    }
  }

  #bodyLine(text: string): void {
    if (text === '') throw malformed('an empty line');
    if (text.length > lineColumns) throw malformed('a line is too long');
    let bytes: Uint8Array;
    try {
      bytes = base64.decode(text);
    } catch {
      throw malformed('a line is not base64');
    }
    this.#out.set(bytes, this.#outSize);
    this.#outSize += bytes.length;
    if (bytes.length < lineBytes) this.#expects = 'end';
  }
}
