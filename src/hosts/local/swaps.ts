/**
 * Parses /proc/swaps (proc_swaps(5)) into the names of the active areas, octal escapes decoded.
 * Areas in compressed memory (`/dev/zram0`) are named like any other: they may be written back
 * to a disk.
 */
export function parseSwaps(text: string): readonly string[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split(/\s+/, 1).filter((name) => name !== ''))
    .map((name) =>
      name.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}
