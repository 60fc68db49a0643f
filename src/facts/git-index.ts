import { gunzipSync } from 'node:zlib';

/** Bytes of an index at most, as it lies on the disk. */
const most = 64 * 1024 * 1024;

/**
 * The paths in an index of git, gzipped: what is tracked. `digest`: bytes of an object's name, 20 (SHA-1) or 32
 * (SHA-256). Format: gitformat-index(5), versions 2 to 4. Throws an Error for anything else, and for a split index.
 */
export function readIndex(packed: Buffer, digest: 20 | 32): readonly string[] {
  const bytes = gunzipSync(packed, { maxOutputLength: most });
  if (bytes.toString('latin1', 0, 4) !== 'DIRC') throw new Error('it does not begin with DIRC');
  const [version, count] = [bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
  if (version < 2 || version > 4) throw new Error(`version ${version}`);
  const paths: string[] = [];
  let [at, before] = [12, Buffer.alloc(0)];
  for (let entry = 0; entry < count; entry++) {
    const start = at;
    const flags = bytes.readUInt16BE(start + 40 + digest);
    at = start + 42 + digest + ((flags & 0x4000) === 0 ? 0 : 2);
    if (version === 4) {
      const cut = readOffset(bytes, at);
      const end = bytes.indexOf(0, cut.next);
      if (end === -1 || cut.value > before.length) throw new Error('a path is not whole');
      before = Buffer.concat([before.subarray(0, before.length - cut.value), bytes.subarray(cut.next, end)]);
      at = end + 1;
    } else {
      const end = bytes.indexOf(0, at);
      if (end === -1) throw new Error('a path is not whole');
      before = bytes.subarray(at, end);
      // one to eight NULs, so that each entry takes a multiple of eight bytes
      at = start + ((end - start + 8) & ~7);
    }
    paths.push(before.toString());
  }
  for (let rest = at; rest + 8 < bytes.length - digest; rest += 8 + bytes.readUInt32BE(rest + 4))
    if (bytes.toString('latin1', rest, rest + 4) === 'link') throw new Error('it is split');
  return [...new Set(paths)];
}

/** The number of varying length that pack files write for offsets: each further byte adds one to what came before. */
function readOffset(bytes: Buffer, from: number): { readonly value: number; readonly next: number } {
  let [next, value] = [from, 0];
  for (;;) {
    const byte = bytes.readUInt8(next++);
    value += byte & 0x7f;
    if ((byte & 0x80) === 0) return { value, next };
    value = (value + 1) * 128;
  }
}
