import { crc32, deflateRawSync } from 'node:zlib';

/** One entry as it is to stand in the archive, honest or not. */
export interface ZipEntry {
  readonly name: string | Uint8Array;
  readonly body?: Uint8Array | string;
  /** 0 stored (unless given), 8 deflated. */
  readonly method?: number;
  /** Unix mode with its type bits. */
  readonly mode?: number;
  readonly flags?: number;
  /** What the local header says in place of the central directory. */
  readonly local?: {
    readonly name?: string;
    readonly flags?: number;
    readonly method?: number;
    readonly size?: number;
  };
  /** What both say in place of the truth. */
  readonly size?: number;
  readonly crc?: number;
  /** Offset of an earlier local header to point at; nothing is written for the entry itself. */
  readonly at?: number;
  /** Extra fields of the central directory. */
  readonly extra?: Uint8Array;
  /** Written behind the content, as a data descriptor is. */
  readonly behind?: Uint8Array;
}

/** What comes behind the entries, honest unless told otherwise. */
export interface ZipEnd {
  /** How many entries there are. */
  readonly count?: number;
  /** Bytes between the last entry and the directory, and between that and its end. */
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  readonly comment?: Uint8Array;
  /** Size and offset of the directory. */
  readonly size?: number;
  readonly offset?: number;
  /** Adds a zip64 end, which says so of the directory. */
  readonly zip64?: { readonly count?: number; readonly offset?: number; readonly extension?: Uint8Array };
}

/** A zip file, written without any of the checks that real tools make. */
export function zipArchive(entries: readonly ZipEntry[], lies: ZipEnd = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const body = Buffer.from(entry.body ?? '');
    const packed = entry.method === 8 ? deflateRawSync(body) : body;
    const { method = 0, flags = 0x800, size = body.length, crc = crc32(body) } = entry;
    const name = Buffer.from(entry.name);
    const localName = Buffer.from(entry.local?.name ?? name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(entry.local?.flags ?? flags, 6);
    local.writeUInt16LE(entry.local?.method ?? method, 8);
    local.writeUInt32LE(crc, 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(entry.local?.size ?? size, 22);
    local.writeUInt16LE(localName.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x031e, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(entry.extra?.length ?? 0, 30);
    central.writeUInt32LE(((entry.mode ?? 0o100644) * 0x10000) >>> 0, 38);
    central.writeUInt32LE(entry.at ?? offset, 42);
    directory.push(central, name, Buffer.from(entry.extra ?? ''));
    if (entry.at !== undefined) continue;
    const written = [local, localName, packed, Buffer.from(entry.behind ?? '')];
    parts.push(...written);
    offset += Buffer.concat(written).length;
  }
  parts.push(Buffer.from(lies.before ?? ''));
  offset += lies.before?.length ?? 0;
  const listing = Buffer.concat(directory);
  const { count = entries.length, size = listing.length, comment = Buffer.alloc(0) } = lies;
  const after = Buffer.concat([lies.after ?? Buffer.alloc(0), zip64End(lies, { count, size, offset }, listing.length)]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(lies.offset ?? offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, listing, after, end, comment]);
}

function zip64End(
  { zip64 }: ZipEnd,
  is: { readonly count: number; readonly size: number; readonly offset: number },
  listed: number,
): Buffer {
  if (zip64 === undefined) return Buffer.alloc(0);
  const { count = is.count, offset = is.offset, extension = Buffer.alloc(0) } = zip64;
  const [record, locator] = [Buffer.alloc(56), Buffer.alloc(20)];
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(BigInt(44 + extension.length), 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(is.size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(is.offset + listed), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, extension, locator]);
}
