import { Header } from 'tar/header';
import { ValopsError } from '../lib/errors.ts';

const block = 512;

/** A regular file of an archive. */
export interface Member {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * An archive (POSIX.1-1988 ustar) of regular files, the same bytes for the same members: mode 0600,
 * owner 0:0, time 0, no directories. Ends with the two zero blocks; no padding to a tape record.
 */
export function packUstar(members: readonly Member[]): Uint8Array {
  const offsets = members.map(({ bytes }) => block + padded(bytes.length));
  const archive = Buffer.alloc(offsets.reduce((sum, size) => sum + size, 2 * block));
  let at = 0;
  members.forEach(({ path, bytes }, index) => {
    const mtime = new Date(0);
    new Header({ path, mode: 0o600, uid: 0, gid: 0, size: bytes.length, mtime, type: 'File' }).encode(archive, at);
    archive.set(bytes, at + block);
    at += offsets[index] ?? 0;
  });
  return new Uint8Array(archive.buffer, archive.byteOffset, archive.length);
}

/**
 * The members of an archive, in order, as copies. Only regular files under exactly the names in
 * `allowed`, each at most once, and nothing after the end: links, directories, other names, extended
 * headers and bad checksums throw IDENTITY_PAYLOAD_INVALID.
 */
export function unpackUstar(archive: Uint8Array, allowed: readonly string[]): readonly Member[] {
  const buffer = Buffer.from(archive.buffer, archive.byteOffset, archive.length);
  const members: Member[] = [];
  for (let at = 0; ;) {
    if (at + block > buffer.length) throw invalid('the archive has no end', 'it is cut off');
    if (isZero(buffer.subarray(at, at + block))) {
      if (buffer.length < at + 2 * block || !isZero(buffer.subarray(at))) {
        throw invalid('something follows the end of the archive', 'it was changed');
      }
      return members;
    }
    const { path, size } = readHeader(buffer, at, allowed);
    if (members.some((member) => member.path === path)) throw invalid(`"${path}" is there twice`, 'it was changed');
    const start = at + block;
    if (start + padded(size) > buffer.length) throw invalid(`"${path}" is cut off`, 'it is cut off');
    members.push({ path, bytes: Uint8Array.from(buffer.subarray(start, start + size)) });
    at = start + padded(size);
  }
}

function readHeader(buffer: Buffer, at: number, allowed: readonly string[]): { path: string; size: number } {
  const header = decodeHeader(buffer, at);
  if (header?.cksumValid !== true) throw invalid(`the header at byte ${at} is not valid`, 'it is damaged or not a tar');
  const { path, size, type, linkpath } = header;
  if (path === undefined || !allowed.includes(path)) {
    throw invalid(`unexpected member ${JSON.stringify(path ?? '')}`, `it holds more than ${allowed.join(', ')}`);
  }
  if (type !== 'File' || (linkpath ?? '') !== '') throw invalid(`"${path}" is not a regular file`, 'it was changed');
  if (size === undefined || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(`"${path}" has no valid size`, 'it is damaged');
  }
  return { path, size };
}

/** Null for what node-tar throws on, such as a malformed base-256 number. */
function decodeHeader(buffer: Buffer, at: number): Header | null {
  try {
    return new Header(buffer, at);
  } catch {
    return null;
  }
}

function padded(size: number): number {
  return Math.ceil(size / block) * block;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function invalid(message: string, why: string): ValopsError {
  return new ValopsError('IDENTITY_PAYLOAD_INVALID', message, { hint: `Use another copy of the archive: ${why}.` });
}
