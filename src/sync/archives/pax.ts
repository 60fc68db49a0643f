import { decodeName } from './entry-name.ts';

/** What an extended header says about the entry after it. */
export interface PaxRecords {
  readonly path?: string;
  readonly linkpath?: string;
  /** Bytes. */
  readonly size?: number;
}

/**
 * Reads the records `LENGTH KEY=VALUE\n` of a pax extended header (POSIX.1-2017, pax, "Extended
 * Header"). Returns what is wrong instead when a record is malformed, a record of ours comes twice
 * or is not usable, or the entry is sparse (GNU.sparse.*, those of star). Records of no concern are left out.
 */
export function readPax(body: Uint8Array): PaxRecords | string {
  const found = new Map<string, string>();
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at);
    const digits = Buffer.from(body.subarray(at, space === -1 ? at : space)).toString('latin1');
    if (!/^[1-9]\d{0,6}$/u.test(digits)) return 'a malformed extended header';
    const end = at + Number(digits);
    const equals = body.indexOf(0x3d, space);
    if (end > body.length || body[end - 1] !== 0x0a || equals === -1 || equals >= end) {
      return 'a malformed extended header';
    }
    const key = Buffer.from(body.subarray(space + 1, equals)).toString('latin1');
    at = end;
    if (key.startsWith('GNU.sparse.') || key === 'SCHILY.realsize' || key === 'SCHILY.filetype')
      return 'a sparse file, which valops does not read';
    if (key !== 'path' && key !== 'linkpath' && key !== 'size') continue;
    const value = decodeName(body.subarray(equals + 1, end - 1));
    if (value === undefined || value === '') return `an extended header with a "${key}" that is empty or no UTF-8`;
    if (found.has(key)) return `an extended header with "${key}" twice`;
    found.set(key, value);
  }
  const [path, linkpath, size] = [found.get('path'), found.get('linkpath'), found.get('size')];
  if (size !== undefined && !/^\d{1,15}$/u.test(size)) return 'an extended header with an unusable size';
  return {
    ...(path === undefined ? {} : { path }),
    ...(linkpath === undefined ? {} : { linkpath }),
    ...(size === undefined ? {} : { size: Number(size) }),
  };
}
