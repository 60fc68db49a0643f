const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of a duration such as `90m`, `12h`, `30d` or `4w`; null for anything else. */
export function parseDuration(text: string): number | null {
  const match = /^([1-9]\d{0,5})([mhdw])$/.exec(text);
  const unit = units[match?.[2] ?? ''];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}
