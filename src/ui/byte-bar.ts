const width = 24;
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `title  [#######·····]  512.0 MiB of 1.0 GiB`; without the bar when the total is unknown. */
export function byteBar(title: string, done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return `${title}  ${formatBytes(done)}`;
  const filled = Math.min(width, Math.floor((done / total) * width));
  return `${title}  [${'#'.repeat(filled)}${'·'.repeat(width - filled)}]  ${formatBytes(done)} of ${formatBytes(total)}`;
}

/** Bytes with a binary unit: `0 B`, `1.5 KiB`, `2.0 GiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
