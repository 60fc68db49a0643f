const units: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  month: 2_629_800,
  y: 31_557_600,
};

/** Seconds of a time span as systemctl(1) prints it (`2min 3.45s`, systemd.time(7)), or null. */
export function parseTimespan(text: string): number | null {
  if (text.trim() === '') return null;
  let seconds = 0;
  for (const part of text.trim().split(/\s+/)) {
    const match = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(part);
    const unit = units[match?.[2] ?? ''];
    if (match === null || unit === undefined) return null;
    seconds += Number(match[1]) * unit;
  }
  return seconds;
}
