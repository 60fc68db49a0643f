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
    const block =
      carry.length === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : Buffer.concat([carry, bytes]);
    const whole = block.length - (block.length % lineBytes);
    carry = Buffer.from(block.subarray(whole));
    if (whole > 0) yield encodeLines(begin, block.subarray(0, whole));
    if (whole > 0) begin = '';
  }
  const last = carry.length === 0 ? '' : `${carry.toString('base64')}\n`;
  yield Buffer.from(`${begin}${last}${armorEnd}\n`, 'latin1');
}

// Strings in between are kept this small so that the garbage collector takes them cheaply.
const linesPerPiece = 512;

function encodeLines(begin: string, bytes: Buffer): Buffer {
  const stride = lineColumns + 1;
  const text = Buffer.allocUnsafeSlow(begin.length + (bytes.length / lineBytes) * stride);
  text.write(begin, 'latin1');
  let to = begin.length;
  for (let at = 0; at < bytes.length; at += linesPerPiece * lineBytes) {
    const piece = bytes.subarray(at, at + linesPerPiece * lineBytes);
    const lines = piece.length / lineBytes;
    // The characters go to the end of their place in one go; each line then moves left.
    let from = to + lines;
    text.write(piece.toString('base64'), from, 'latin1');
    for (let line = 0; line < lines; line++, to += stride, from += lineColumns) {
      text.copyWithin(to, from, from + lineColumns);
      text[to + lineColumns] = 10;
    }
  }
  return text;
}
