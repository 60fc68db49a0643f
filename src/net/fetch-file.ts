import type { Downloaded, DownloadRequest } from '../core/downloads.ts';
import type { PartFile } from '../core/part-file.ts';
import { trackBytes } from '../core/progress.ts';
import { requireSpace } from '../core/space.ts';
import { ValopsError } from '../lib/errors.ts';
import { allowedAddress, withoutQuery } from './address.ts';
import { ask, type Answer } from './ask.ts';
import { attempts } from './attempts.ts';
import { announcedSize, readBody } from './body.ts';
import type { Door } from './door.ts';
import { goesOn, noteOf, resumable } from './resume.ts';
import { statusFault } from './status.ts';
import type { Watch } from './watch.ts';

/** After these, the bytes held are worth nothing. */
const spoiled = ['DOWNLOAD_MISMATCH', 'DOWNLOAD_NOT_ARTIFACT', 'DOWNLOAD_TOO_LARGE'];

/** `Downloads.fetch`. */
export async function fetchFile(door: Door, request: DownloadRequest): Promise<Downloaded> {
  const url = allowedAddress(request.url, door.insecure);
  const { files, interruption } = door.context;
  const part = await files.openPart(request.path);
  const unsay = interruption.say(
    `what has come of "${request.title}" stays in "${request.path}.part" for the next run`,
  );
  try {
    const downloaded = (await finished(part, request, url)) ?? (await fetchInto(door, part, request, url));
    await part.publish();
    return downloaded;
  } catch (error) {
    const isSpoiled = error instanceof ValopsError && spoiled.includes(error.code);
    if (isSpoiled || resumable(part, url) === undefined) await part.discard();
    throw error;
  } finally {
    await part.close();
    unsay();
  }
}

/** A part to which nothing is missing but its name: an earlier run ended right before. */
async function finished(part: PartFile, request: DownloadRequest, url: URL): Promise<Downloaded | undefined> {
  const note = resumable(part, url);
  if (note === undefined || request.sha256 === undefined || part.size !== note.size) return undefined;
  await part.resume();
  if (part.sha256() !== request.sha256) return undefined;
  return { path: request.path, size: part.size, sha256: request.sha256, url: note.from };
}

async function fetchInto(door: Door, part: PartFile, request: DownloadRequest, url: URL): Promise<Downloaded> {
  const { title, size } = request;
  let from = withoutQuery(url);
  for (let round = 0; ; round++) {
    let wasResumed = false;
    await attempts(door, { title, time: door.limits.file, reached: () => part.size }, async (watch) => {
      const { answer, resumed } = await begin(door, part, { ...request, parsed: url }, watch);
      watch.answered();
      from = withoutQuery(answer.url);
      wasResumed ||= resumed;
      await receive(door, part, { answer, resumed }, { ...request, parsed: url }, watch);
    });
    const sha256 = part.sha256();
    const isRight = request.sha256 === undefined || sha256 === request.sha256;
    if (isRight && (size === undefined || part.size === size)) {
      return { path: request.path, size: part.size, sha256, url: from };
    }
    // bytes of two answers may belong to two files: once more in one piece, before anyone is accused
    if (!wasResumed || round > 0) throw mismatch(request, sha256, part.size, from);
    await part.start({});
  }
}

type Parsed = DownloadRequest & { readonly parsed: URL };

/** `resumed`: the answer goes on right after the bytes held. */
interface Begun {
  readonly answer: Answer;
  readonly resumed: boolean;
}

/** Asks for what is missing; for everything when the answer does not go on exactly there. */
async function begin(
  door: Door,
  part: PartFile,
  { title, parsed, headers = {} }: Parsed,
  { signal }: Watch,
): Promise<Begun> {
  const question = { url: parsed, title, headers, own: {}, signal };
  const note = resumable(part, parsed);
  if (note !== undefined && part.size < note.size) {
    await part.resume();
    const own = { range: `bytes=${part.size}-`, 'if-range': note.validator };
    const answer = await ask(door, { ...question, own });
    if (goesOn(answer, part.size, note)) return { answer, resumed: true };
    if (answer.status !== 206 && answer.status !== 416) return { answer, resumed: false };
    answer.discard();
  }
  return { answer: await ask(door, question), resumed: false };
}

async function receive(
  { context, trees, limits, proxy }: Door,
  part: PartFile,
  { answer, resumed }: Begun,
  { title, parsed, size, limit, path }: Parsed,
  watch: Watch,
): Promise<void> {
  const held = resumed ? part.size : 0;
  const expectation = { title, url: parsed, limit, size, held, proxy };
  let total: number | undefined;
  try {
    if (!resumed && answer.status !== 200) throw statusFault(answer, title, context.clock.now(), limits);
    total = announcedSize(answer, expectation);
    if (!resumed) await part.start(noteOf(answer, parsed, total));
    requireSpace(trees, path, (total ?? size ?? 0) - held);
  } catch (error) {
    answer.discard();
    throw error;
  }
  const progress = trackBytes(context, title, total ?? size);
  try {
    for await (const piece of readBody(answer, watch, total, expectation)) {
      await part.append(piece);
      progress.at(part.size);
    }
  } finally {
    progress.end(part.size);
  }
}

function mismatch(request: DownloadRequest, sha256: string, size: number, from: string): ValopsError {
  const { title } = request;
  const what =
    request.size !== undefined && size !== request.size
      ? `expected ${request.size} bytes of "${title}" from "${from}", got ${size}`
      : `expected sha256 ${request.sha256 ?? ''} of "${title}" from "${from}", got ${sha256}`;
  return new ValopsError('DOWNLOAD_MISMATCH', what, {
    hint: 'Do not use this file: ask its publisher why it has changed, and pin it again only then.',
  });
}
