/** One line of a sums file that names a strong digest. */
export interface ListedChecksum {
  /** As written, unescaped, without a leading `./`. */
  readonly path: string;
  readonly algorithm: 'sha256' | 'sha512';
  /** Lowercase hex. */
  readonly digest: string;
  /** Bytes, where the format tells (Debian's `Release`). */
  readonly size?: number;
}

const gnu = /^(?<escape>\\?)(?<hex>[0-9a-f]{64,128})(?: [ *]|[ \t]+)(?<name>.+)$/is;
const bsd = /^(?<escape>\\?)SHA(?:2-)?(?<bits>256|512) ?\((?<name>.+)\) ?= ?(?<hex>[0-9a-f]{64,128})$/is;
const release = /^ (?<hex>[0-9a-f]{64,128})[ \t]+(?<size>\d{1,15})[ \t]+(?<name>\S+)$/i;

/**
 * Reads the SHA-256 and SHA-512 lines of a sums file; the algorithm is told from the digest's length,
 * and lines of other digests or other text are passed over. Known are the text and binary lines of
 * sha256sum(1), its `--tag` form which is also that of BSD cksum(1) and openssl-dgst(1), names with
 * the escapes of coreutils, and the checksum fields of Debian's `Release` (deb822, Debian Repository Format).
 */
export function readChecksums(text: string): readonly ListedChecksum[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return lines.flatMap((line) => {
    const groups = matched(line.endsWith('\r') ? line.slice(0, -1) : line);
    const hex = groups?.['hex']?.toLowerCase();
    const name = groups?.['name'];
    if (hex === undefined || name === undefined) return [];
    const algorithm = hex.length === 64 ? 'sha256' : hex.length === 128 ? 'sha512' : undefined;
    if (algorithm === undefined) return [];
    if (groups?.['bits'] !== undefined && algorithm !== `sha${groups['bits']}`) return [];
    const path = (groups?.['escape'] === '\\' ? unescaped(name) : name).replace(/^(\.\/)+/, '');
    const size = groups?.['size'];
    return [{ path, algorithm, digest: hex, ...(size === undefined ? {} : { size: Number(size) }) }];
  });
}

function matched(line: string): Readonly<Record<string, string | undefined>> | undefined {
  return (bsd.exec(line) ?? gnu.exec(line) ?? release.exec(line))?.groups;
}

function unescaped(name: string): string {
  return name.replaceAll(/\\([\\nr])/g, (_, letter: string) => ({ '\\': '\\', n: '\n', r: '\r' })[letter] ?? letter);
}
