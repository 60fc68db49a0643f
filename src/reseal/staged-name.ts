/** What a staged file is called; `again` for the second of a name. */
export function stagedName(path: string, id: string, again = false): string {
  return `${path}.resealed-${id}${again ? '-2' : ''}`;
}

/** Whether a name is one of `stagedName`. */
export function isStagedName(name: string): boolean {
  return /\.resealed-[0-9a-f]{16}(-2)?$/.test(name);
}
