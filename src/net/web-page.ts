import { ValopsError } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';
import { withoutQuery } from './address.ts';

/** As many bytes as are looked at. */
export const headLength = 512;

/**
 * Throws DOWNLOAD_NOT_ARTIFACT when a web page came in place of a file: a page of HTML by its type or
 * its first bytes, while the file asked for is not called one.
 */
export function refuseWebPage(
  title: string,
  asked: URL,
  { type, head, from }: { readonly type: string | undefined; readonly head: Uint8Array; readonly from: URL },
): void {
  if (/\.x?html?$/i.test(asked.pathname)) return;
  const text = new TextDecoder().decode(head.subarray(0, headLength)).trimStart();
  const isPage = /^(text\/html|application\/xhtml\+xml)\b/i.test(type?.trim() ?? '');
  if (!isPage && !/^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b/is.test(text)) return;
  const line = printable(text.split(/[\r\n]/)[0]?.trim() ?? '').slice(0, 100);
  throw new ValopsError(
    'DOWNLOAD_NOT_ARTIFACT',
    `a web page came instead of "${title}" from "${withoutQuery(from)}"${line === '' ? '' : `: it begins with "${line}"`}`,
    { hint: 'Open the address in a browser to see what it says, and correct the source in valops.yaml.' },
  );
}
