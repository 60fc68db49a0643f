/** Bytes of a tar block (POSIX ustar, GNU tar manual "Basic Tar Format"). */
export const blockSize = 512;

/** One header block. Names are bytes up to the first NUL. */
export interface TarHeader {
  readonly name: Uint8Array;
  readonly link: Uint8Array;
  /** Bytes of content that follow. */
  readonly size: number;
  /** The type flag: `0` file, `5` directory, `x` extended header and so on; NUL counts as `0`. */
  readonly type: string;
}

/**
 * Reads a header block of the v7, ustar, pax or GNU form. Returns what is wrong with it instead
 * when it is not one: the checksum must fit, numbers must be whole, names must end where they end.
 */
export function readTarHeader(block: Uint8Array): TarHeader | string {
  if (block.length < blockSize) return 'a header that is cut off';
  if (readNumber(block.subarray(148, 156)) !== checksum(block)) return 'a header with a wrong checksum';
  const magic = Buffer.from(block.subarray(257, 263)).toString('latin1');
  if (magic !== 'ustar\0' && magic !== 'ustar ' && magic !== '\0\0\0\0\0\0') return 'a header of an unknown form';
  const size = readNumber(block.subarray(124, 136));
  const name = readText(block.subarray(0, 100));
  const link = readText(block.subarray(157, 257));
  const prefix = magic === 'ustar\0' ? readText(block.subarray(345, 500)) : new Uint8Array();
  if (size === undefined) return 'a header without a usable size';
  if (name === undefined || link === undefined || prefix === undefined)
    return 'a name with bytes hidden behind its end';
  const flag = block[156] ?? 0;
  return {
    name: prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]),
    link,
    size,
    type: flag === 0 ? '0' : String.fromCodePoint(flag),
  };
}

/** Sum of all bytes with the checksum field itself read as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < blockSize; at += 1) sum += at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0);
  return sum;
}

/** Octal text, or base 256 where the first bit is set (GNU tar, for what octal cannot hold). */
function readNumber(field: Uint8Array): number | undefined {
  if (((field[0] ?? 0) & 0x80) !== 0) {
    if (field[0] !== 0x80) return undefined;
    const value = BigInt(`0x${Buffer.from(field.subarray(1)).toString('hex')}`);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
  }
  const digits = /^ *([0-7]*)[ \0]*$/u.exec(Buffer.from(field).toString('latin1'))?.[1];
  return digits === undefined ? undefined : Number.parseInt(`0${digits}`, 8);
}

function readText(field: Uint8Array): Uint8Array | undefined {
  const end = field.indexOf(0);
  if (end === -1) return field;
  return field.subarray(end).every((byte) => byte === 0) ? field.subarray(0, end) : undefined;
}
