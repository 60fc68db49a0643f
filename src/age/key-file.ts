/** A line of a recipients or identity file that is neither blank nor a comment. */
export interface KeyLine {
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
}

/** The lines of a recipients or identity file (age(1)): `#` comments and blank lines left out, line ends LF or CRLF. */
export function linesOfKeyFile(bytes: Uint8Array): readonly KeyLine[] {
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
}
