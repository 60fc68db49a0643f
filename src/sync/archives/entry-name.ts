/** Longest name in bytes, and most directories in one. Far below PATH_MAX; a release needs neither. */
const longest = 1024;
const deepest = 64;
/** NAME_MAX of Linux file systems, in bytes. */
const longestPart = 255;

/** What no name may show or hide: controls, line and paragraph ends, direction marks, halves of a pair. */
const forbidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\u{FFFD}]/u;

/** The parts of a sound entry name (none for the root, `./`), or why it is not sound. */
export type JudgedName = { readonly parts: readonly string[]; readonly fault?: undefined } | { readonly fault: string };

/**
 * Judges the name of an archive entry as it would act on a Linux host: it must lead to a place below
 * the directory it is unpacked in. `.` parts and doubled slashes are dropped. Pass bytes where the
 * format has bytes: they must be UTF-8. `fault` continues the sentence `entry "NAME" …`.
 */
export function judgeName(name: string): JudgedName {
  if (name === '') return { fault: 'has no name' };
  if (Buffer.byteLength(name) > longest) return { fault: `has a name of more than ${longest} bytes` };
  if (forbidden.test(name)) return { fault: 'has control characters or broken Unicode in its name' };
  if (name.startsWith('/')) return { fault: 'has an absolute name' };
  if (name.includes('\\')) return { fault: 'has a backslash in its name' };
  if (/^[a-z]:/iu.test(name)) return { fault: 'has a name with a drive letter' };
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length > deepest) return { fault: `lies more than ${deepest} directories deep` };
  for (const part of parts) {
    if (part === '..') return { fault: 'has a name that leads out with ".."' };
    if (Buffer.byteLength(part) > longestPart)
      return { fault: `has a part of more than ${longestPart} bytes in its name` };
    // Some file systems and tools put compatibility forms in place: a full-width slash becomes one.
    const plain = part.normalize('NFKC');
    if (plain === '..' || plain === '.' || /[/\\]/u.test(plain)) {
      return { fault: 'has a name that turns into another path in a Unicode normal form' };
    }
  }
  return { parts };
}

/**
 * One spelling for all names that some file system would take for the same: compatibility form
 * (NFKC), without case, without characters that show nothing.
 */
export function foldName(part: string): string {
  if (/^[\x20-\x7e]*$/u.test(part)) return part.toLowerCase();
  return part
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC');
}

/** The text of name bytes, or undefined when they are not UTF-8. */
export function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
