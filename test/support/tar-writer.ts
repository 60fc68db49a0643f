/** One entry as it is to stand in the archive, honest or not. */
export interface TarEntry {
  readonly name: string | Uint8Array;
  readonly type?: string;
  readonly link?: string;
  readonly body?: Uint8Array | string;
  /** What the header says; the length of the body unless given. */
  readonly size?: number;
  readonly prefix?: string;
  /** Replaces bytes of the header before its checksum is made. */
  readonly patch?: (header: Buffer) => void;
}

/** The end mark. */
export const tarEnd = Buffer.alloc(1024);

/** A ustar header and its content, written without any of the checks that real tools make. */
export function tarEntry(entry: TarEntry): Buffer {
  const body = Buffer.from(entry.body ?? '');
  const header = Buffer.alloc(512);
  Buffer.from(entry.name).copy(header, 0, 0, 100);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${(entry.size ?? body.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(entry.type ?? '0', 156);
  header.write(entry.link ?? '', 157, 100);
  header.write('ustar\u000000', 257);
  header.write(entry.prefix ?? '', 345, 155);
  entry.patch?.(header);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** A whole archive. */
export function tarArchive(...entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), tarEnd]);
}

/** An extended header (pax) with these records. */
export function paxEntry(records: Readonly<Record<string, string>>, type = 'x'): TarEntry {
  const body = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest);
    while (Buffer.byteLength(`${length}${rest}`) !== length) length = Buffer.byteLength(`${length}${rest}`);
    return `${length}${rest}`;
  });
  return { name: 'PaxHeaders/x', type, body: body.join('') };
}
