/** The name of a host as a file name: what could lead elsewhere, or mean another host, is escaped. */
export function hostFileName(host: string): string {
  return [...new TextEncoder().encode(host)]
    .map((byte) => String.fromCharCode(byte))
    .map((character, index) =>
      /[\w@-]/.test(character) || (character === '.' && index > 0)
        ? character
        : `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
    .join('');
}
