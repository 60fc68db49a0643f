/** First line of the ASCII armor (C2SP age, RFC 7468 with strict rules). */
export const armorBegin = '-----BEGIN AGE ENCRYPTED FILE-----';
/** Last line of the ASCII armor. */
export const armorEnd = '-----END AGE ENCRYPTED FILE-----';

/** Bytes that one line of armor carries, and their characters without the line feed. */
export const lineBytes = 48;
export const lineColumns = 64;

/** Wraps a binary age file in ASCII armor. The blocks it yields are the consumer's to keep. */
export async function* armor(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let begin = `${armorBegin}\n`;
  let carry: Buffer = Buffer.alloc(0);
  for await (const bytes of source) {
    const block = carry.length === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : join(carry, bytes);
    const whole = block.length - (block.length % lineBytes);
    carry = Buffer.from(block.subarray(whole));
    if (whole > 0) yield encodeLines(begin, block.subarray(0, whole));
    if (whole > 0) begin = '';
  }
  const last = carry.length === 0 ? '' : `${carry.toString('base64')}\n`;
  yield Buffer.from(`${begin}${last}${armorEnd}\n`, 'latin1');
}

function join(carry: Buffer, bytes: Uint8Array): Buffer {
  return Buffer.concat([carry, bytes]);
}

function encodeLines(begin: string, bytes: Buffer): Buffer {
  const lines = bytes.length / lineBytes;
  const text = Buffer.allocUnsafeSlow(begin.length + lines * (lineColumns + 1));
  text.write(begin, 'latin1');
  // The characters go to the end of the buffer in one piece; each line then moves left to its place.
  let from = begin.length + lines;
  text.write(bytes.toString('base64'), from, 'latin1');
  for (let to = begin.length; to < text.length; to += lineColumns + 1, from += lineColumns) {
    text.copyWithin(to, from, from + lineColumns);
    text[to + lineColumns] = 10;
  }
  return text;
}
