import type { ArchiveRequest, ReadArchive, TakeMember } from '../archive.ts';
import { bunzip2 } from './bzip2.ts';
import { ByteReader } from './byte-reader.ts';
import { faultsOf, type Faults } from './faults.ts';
import { describeHead, tellFormat, type Format } from './format.ts';
import { gunzip } from './gzip.ts';
import { Ledger } from './ledger.ts';
import { checkUnpacked, Metered } from './metered.ts';
import { readTar } from './tar.ts';
import { unxz } from './xz.ts';
import { readZip } from './zip.ts';
import { unzstd } from './zstd.ts';

type Unpack = (request: ArchiveRequest, faults: Faults) => AsyncIterable<Uint8Array>;

/** What each stream that holds a tar is called in results, and how it is unpacked. */
const streams: Readonly<Record<Exclude<Format, 'zip'>, { readonly called: string; readonly unpack: Unpack }>> = {
  tar: { called: 'tar', unpack: (request) => request.open() },
  gzip: { called: 'tar.gz', unpack: gunzip },
  xz: { called: 'tar.xz', unpack: unxz },
  zstd: { called: 'tar.zst', unpack: unzstd },
  bzip2: { called: 'tar.bz2', unpack: bunzip2 },
};

/**
 * Reads an archive as `ReadArchive` says: `format` in the result is `tar`, `tar.gz`, `tar.xz`,
 * `tar.zst`, `tar.bz2`, `zip` or `bare`. A bare file is handed over as it is, under the first wanted
 * name. Throws also PROCESS_MISSING (no `bzip2`).
 */
export const readArchive: ReadArchive = async (request, take) => {
  const faults = faultsOf(request.name);
  if (request.bare) return readBare(request, faults, take);
  const head = await readHead(request);
  const format = tellFormat(head);
  if (format === undefined) {
    throw faults.invalid(`is ${describeHead(head)}, not an archive (tar with gzip, xz, zstd or bzip2; zip)`);
  }
  const ledger = new Ledger(faults, request.limits.entries, request.wanted);
  const called = format === 'zip' ? 'zip' : streams[format].called;
  const bytes =
    format === 'zip'
      ? await readZip(request, ledger, faults, take)
      : await readStream(request, streams[format].unpack, ledger, faults, take);
  const absent = ledger.absent();
  if (absent !== undefined) throw absent;
  return { format: called, entries: ledger.entries, bytes };
};

async function readHead(request: ArchiveRequest): Promise<Uint8Array> {
  const file = request.random();
  try {
    return await file.read(0, 512);
  } finally {
    await file.close();
  }
}

async function readStream(
  request: ArchiveRequest,
  unpack: Unpack,
  ledger: Ledger,
  faults: Faults,
  take: TakeMember,
): Promise<number> {
  const metered = new Metered(unpack(request, faults), request.size, request.limits, faults);
  const reader = new ByteReader(metered, faults);
  try {
    await readTar(reader, ledger, faults, take);
  } finally {
    await reader.close();
  }
  return metered.bytes;
}

async function readBare(
  request: ArchiveRequest,
  faults: Faults,
  take: TakeMember,
): Promise<{ format: string; entries: number; bytes: number }> {
  checkUnpacked(request.size, request.size, { ...request.limits, ratio: 1 }, faults);
  const reader = new ByteReader(request.open(), faults);
  try {
    const body = reader.pass(request.size);
    await take(request.wanted[0] ?? request.name, request.size, body);
    await reader.leave();
    if ((await reader.some(1)).length > 0) throw faults.invalid(`is longer than ${request.size} bytes`);
  } finally {
    await reader.close();
  }
  return { format: 'bare', entries: 1, bytes: request.size };
}
