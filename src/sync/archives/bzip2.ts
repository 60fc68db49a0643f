import type { ArchiveRequest } from '../archive.ts';
import { ValopsError } from '../../lib/errors.ts';
import type { Conversation, Processes } from '../../core/process.ts';
import type { Faults } from './faults.ts';

/** Milliseconds that the program has to end after its last output. */
const grace = 10_000;
/** What ends a bzip2 stream: the square root of pi in decimals, then the CRC of the whole (32 bits). */
const endMark = 0x177245385090n;

/**
 * The content of a bzip2 file, all of its streams, by the program `bzip2`, which checks their CRCs.
 * Throws PROCESS_MISSING, and SYNC_ARCHIVE_INVALID when the file is torn or damaged or anything follows.
 */
export async function* bunzip2(request: ArchiveRequest, faults: Faults): AsyncGenerator<Uint8Array, void, undefined> {
  await checkEnd(request, faults);
  const conversation = await start(request.processes);
  // A program that stopped listening tells why by its exit; only what our source says counts here.
  const feeding = feed(request.open(), conversation).then(
    () => undefined,
    (error: unknown) => (error instanceof ValopsError && error.code === 'PROCESS_FAILED' ? undefined : { error }),
  );
  try {
    for await (const chunk of conversation.output) yield chunk;
    const { exitCode } = await conversation.close(grace);
    const failed = await feeding;
    if (failed !== undefined) throw failed.error;
    if (exitCode !== 0) throw faults.invalid('is torn or damaged: "bzip2" cannot read its stream');
  } finally {
    // Only what is left alone half way is still running here.
    await conversation.close(0);
    await feeding;
  }
}

async function start(processes: Processes): Promise<Conversation> {
  try {
    return await processes.converse(['bzip2', '-dc']);
  } catch (error) {
    if (!(error instanceof ValopsError && error.code === 'PROCESS_MISSING')) throw error;
    throw new ValopsError('PROCESS_MISSING', 'program "bzip2" was not found, which unpacks .bz2 archives', {
      hint: 'apt-get install bzip2',
      cause: error,
    });
  }
}

async function feed(source: AsyncIterable<Uint8Array>, conversation: Conversation): Promise<void> {
  try {
    for await (const chunk of source) await conversation.write(chunk);
  } finally {
    conversation.finish();
  }
}

/** The program ignores what follows the last stream, so the end mark must be the end of the file. */
async function checkEnd(request: ArchiveRequest, faults: Faults): Promise<void> {
  const file = request.random();
  try {
    const tail = await file.read(Math.max(0, file.size - 11), 11);
    const bits = BigInt(`0x00${Buffer.from(tail).toString('hex')}`);
    // Up to seven bits fill the last byte, and they are zeros.
    for (let fill = 0n; fill < 8n; fill += 1n) {
      const isMark = ((bits >> (fill + 32n)) & 0xff_ff_ff_ff_ff_ffn) === endMark;
      if (isMark && (bits & ((1n << fill) - 1n)) === 0n) return;
    }
  } finally {
    await file.close();
  }
  throw faults.invalid('is torn, or has data behind the end of its bzip2 stream');
}
