import { createHash } from 'node:crypto';

/** What text needs in order to reach the standard input of a command in a POSIX script, unchanged. */
export interface HereDocument {
  /** `plain`: the body is the text; `base64`: it has to pass through `base64 -d`. */
  readonly encoding: 'plain' | 'base64';
  /** Redirection to put on the command's line, for example `<<'VALOPS_1f…'`. */
  readonly redirect: string;
  /** Lines to follow that line, the delimiter last, without a final line end. */
  readonly body: string;
}

/** Whole lines of printable text and tabs: these survive every shell's reading of a script. */
const plain = /^(?:[\t\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*\n)+$/;

/**
 * Makes a here-document with a quoted delimiter (POSIX XCU 2.7.4: nothing in it is expanded). The
 * text never is an argument, so it shows in no process list. The delimiter derives from the text,
 * which makes scripts reproducible. Text that is not whole lines goes as base64 of its UTF-8.
 */
export function hereDocument(text: string): HereDocument {
  const isPlain = plain.test(text);
  const body = isPlain ? text : `${base64Lines(text)}\n`;
  let delimiter: string;
  let salt = 0;
  do delimiter = `VALOPS_${sha256(`${salt++}:${text}`).slice(0, 16)}`;
  while (body.includes(delimiter));
  return { encoding: isPlain ? 'plain' : 'base64', redirect: `<<'${delimiter}'`, body: `${body}${delimiter}` };
}

/** Lowercase hex SHA-256 of the text's UTF-8. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function base64Lines(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('base64')
    .replaceAll(/.{76}(?=.)/g, '$&\n');
}
