import { base64 } from '@scure/base';

const untrusted = 'untrusted comment: ';

/**
 * The line of base64 under its `untrusted comment:` line, as minisign and signify write keys and
 * signatures, and all that follows it. Undefined when the text does not begin so, or the base64 is not
 * exact (RFC 4648 section 3.5: spare bits must be zero).
 */
export function readCommented(text: string): { readonly bytes: Uint8Array; readonly rest: string } | undefined {
  const [comment = '', line = '', ...rest] = text.split('\n');
  if (!comment.startsWith(untrusted)) return undefined;
  const bytes = exactBase64(line.replace(/\r$/, ''));
  return bytes === undefined ? undefined : { bytes, rest: rest.join('\n') };
}

/** Decodes base64 with padding and nothing around it; undefined for anything else. */
export function exactBase64(text: string): Uint8Array | undefined {
  try {
    return base64.decode(text);
  } catch {
    return undefined;
  }
}
