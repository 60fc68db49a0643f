import { blockSize, readTarHeader } from './tar-header.ts';

/** How an archive is packed: a compressed stream, or a container that is read as it lies. */
export type Format = 'gzip' | 'xz' | 'zstd' | 'bzip2' | 'zip' | 'tar';

const magics: readonly (readonly [Format, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]], // RFC 1952, 2.3.1
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]], // The .xz File Format, 2.1.1.1
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]], // RFC 8878, 3.1.1
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]], // APPNOTE.TXT, 4.3.7
  ['zip', [0x50, 0x4b, 0x05, 0x06]], // an empty one, 4.3.16
];

/** Things that come in place of an archive, for the message. */
const others: readonly (readonly [string, string])[] = [
  ['\u007fELF', 'a program (ELF)'],
  ['#!', 'a script'],
  ['MZ', 'a Windows program'],
  ['7z\u00bc\u00af', 'a 7z archive'],
  ['Rar!', 'a RAR archive'],
  ['!<arch>', 'an ar archive or Debian package'],
  ['\u00ed\u00ab\u00ee\u00db', 'an RPM package'],
  ['LZIP', 'an lzip file'],
  ['\u0004"M\u0018', 'an lz4 file'],
  ['<', 'a web page or XML document'],
  ['{', 'a JSON document'],
  ['-----BEGIN ', 'a signature or key in text form'],
];

/** Tells the format from the first bytes of a file (512 where it has them); undefined when it is none that is read. */
export function tellFormat(head: Uint8Array): Format | undefined {
  for (const [format, magic] of magics) if (magic.every((byte, at) => head[at] === byte)) return format;
  const isTar = head.length >= blockSize && typeof readTarHeader(head.subarray(0, blockSize)) !== 'string';
  return isTar ? 'tar' : undefined;
}

/** What a file that is no archive looks like, with its article. */
export function describeHead(head: Uint8Array): string {
  if (head.length === 0) return 'empty';
  const text = Buffer.from(head.subarray(0, 16)).toString('latin1');
  const known = others.find(([start]) => text.startsWith(start))?.[1];
  return known ?? `unknown data that begins with ${Buffer.from(head.subarray(0, 8)).toString('hex')}`;
}
