import { messageOf } from './message.ts';
import type { DeliveryWay } from './run.ts';
import { spool, spooled } from './spool.ts';
import { readUrlFile } from './url-file.ts';

/** Milliseconds after which a message says itself that it comes late. */
const late = 15 * 60_000;

/**
 * A message in JSON to a hook. It is kept in the spool until the server took it, and what waits is sent first:
 * nothing is lost by a server that is down, but beyond the limit of the spool.
 */
export const webhook: DeliveryWay = {
  name: 'webhook',
  describe(run, { webhook: declared }) {
    const text = declared === undefined ? null : messageOf(run, declared.when);
    return text === null ? null : `to the webhook of ${declared?.urlFile ?? ''}:\n${text}`;
  },
  prove({ webhook: declared }, files) {
    if (declared !== undefined) readUrlFile(files, declared.urlFile);
  },
  async deliver(run, { webhook: declared }, doors) {
    if (declared === undefined) return;
    const text = messageOf(run, declared.when);
    if (text !== null) doors.lost(spool(doors, text));
    const waiting = spooled(doors);
    if (waiting.length === 0) return;
    const url = readUrlFile(doors.files, declared.urlFile).get('') ?? '';
    const posts = await doors.posts();
    for (const { path, at, text: message } of waiting) {
      const isLate = doors.clock.now().getTime() - Date.parse(at) > late;
      const body = JSON.stringify({ text: escaped(isLate ? `(late, of ${at})\n${message}` : message) });
      await posts.post({
        url,
        title: 'webhook',
        contentType: 'application/json; charset=utf-8',
        body: new TextEncoder().encode(body),
      });
      doors.files.remove(path);
    }
  },
};

/** Slack gives a meaning to three characters: links and mentions must not be made by what a host says. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
