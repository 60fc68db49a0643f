import { Stanza } from 'age-encryption';
import { base64nopad } from '@scure/base';

const bytesPerLine = 48;

/** A stanza as text: arguments line, then the body in lines of 64 columns, the last one shorter (C2SP age). */
export function encodeStanza(args: readonly string[], body: Uint8Array = new Uint8Array(0)): Buffer {
  const lines = [`-> ${args.join(' ')}`];
  for (let at = 0; at <= body.length; at += bytesPerLine) {
    lines.push(base64nopad.encode(body.subarray(at, at + bytesPerLine)));
  }
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
}

/** Reads stanzas from lines, one at a time. */
export class StanzaReader {
  readonly #lines: AsyncIterator<string>;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#lines = linesOf(bytes);
  }

  /** The next stanza, or null at the end. Throws a plain Error for malformed text. */
  async next(): Promise<Stanza | null> {
    const first = await this.#lines.next();
    if (first.done === true) return null;
    const [arrow, ...args] = first.value.split(' ');
    if (arrow !== '->' || args.length === 0 || !args.every((arg) => /^[\x21-\x7e]+$/.test(arg))) {
      throw new Error('a stanza does not start with its arguments');
    }
    const body: Uint8Array[] = [];
    for (;;) {
      const line = await this.#lines.next();
      if (line.done === true) throw new Error('a stanza ends early');
      const bytes = base64nopad.decode(line.value);
      if (bytes.length > bytesPerLine) throw new Error('a stanza line is too long');
      body.push(bytes);
      if (bytes.length < bytesPerLine) return new Stanza(args, Uint8Array.from(Buffer.concat(body)));
    }
  }
}

const longestLine = 64 * 1024;

async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let text = '';
  for await (const bytes of source) {
    text += Buffer.from(bytes).toString('latin1');
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    if (text.length > longestLine) throw new Error('a line is too long');
    yield* lines;
  }
}
