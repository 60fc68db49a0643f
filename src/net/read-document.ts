import type { DownloadRequest } from '../core/downloads.ts';
import { allowedAddress } from './address.ts';
import { ask } from './ask.ts';
import { attempts } from './attempts.ts';
import { announcedSize, readBody } from './body.ts';
import type { Door } from './door.ts';
import { statusFault } from './status.ts';

/** `Downloads.read`. */
export async function readDocument(
  door: Door,
  { url: address, headers = {}, limit, title }: Pick<DownloadRequest, 'url' | 'headers' | 'limit' | 'title'>,
): Promise<Uint8Array | null> {
  const url = allowedAddress(address, door.insecure);
  const { context, limits, proxy } = door;
  return attempts(door, { title, time: limits.document, reached: () => 0 }, async (watch) => {
    const answer = await ask(door, { url, title, headers, own: {}, signal: watch.signal });
    watch.answered();
    const expectation = { title, url, limit, size: undefined, held: 0, proxy };
    let total: number | undefined;
    try {
      if (answer.status === 404) {
        answer.discard();
        return null;
      }
      if (answer.status !== 200) throw statusFault(answer, title, context.clock.now(), limits);
      total = announcedSize(answer, expectation);
    } catch (error) {
      answer.discard();
      throw error;
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of readBody(answer, watch, total, expectation)) pieces.push(Uint8Array.from(piece));
    return Uint8Array.from(Buffer.concat(pieces));
  });
}
