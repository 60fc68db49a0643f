/** What differs from one run to the next, in the order in which it is recognised. */
const placeholders: readonly (readonly [RegExp, string])[] = [
  [/\b(?:16Uiu2HA|12D3Koo)[1-9A-HJ-NP-Za-km-z]{40,}/g, '<peer id>'],
  [/SHA256:[A-Za-z0-9+/]{43}/g, '<key fingerprint>'],
  [/\bage1(?:pq1)?[02-9ac-hj-np-z]{50,}/g, '<recipient>'],
  [/\b(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b/g, '<escrow set>'],
  [/\b[0-9a-f]{64}\b/g, '<sha256>'],
  [/\b[0-9a-f]{16}\b/g, '<transaction>'],
  [/\bretired-\d{4}-\d\d-\d\d\b/g, 'retired-<date>'],
  [/\b[0-9A-F]{40}\b/g, '<validator address>'],
  [/\b[0-9a-f]{40}\b/g, '<node id>'],
  [/\b[0-9a-f]{4}(?: [0-9a-f]{4}){4}\b/g, '<card fingerprint>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>'],
  [/\b[1-9A-HJ-NP-Za-km-z]{43,44}\b/g, '<base58 key>'],
  [/ +\d+ ms\b/g, ' <ms>'],
  [/\bentry \d+ is as it was/g, 'entry <n> is as it was'],
  [/\bin \d+\.\d s\b/g, 'in <s>'],
  [/\b\d+ proofs held/g, '<n> proofs held'],
  [/stock age: [^;\n]+/g, 'stock age: <version>'],
  // The keypair is decimal numbers, so its length differs.
  [/\b\d+ bytes/g, '<n> bytes'],
];

/** The text with everything that cannot be the same in two runs replaced by its name. */
export function withPlaceholders(text: string): string {
  return placeholders.reduce((rest, [pattern, name]) => rest.replaceAll(pattern, name), text);
}

/**
 * Matches `withPlaceholders` of any output that is what a document shows. A line `…` in the document
 * stands for any number of lines, none included.
 */
export function shownPattern(shown: string): RegExp {
  const pattern = withPlaceholders(shown)
    .split(/^…\n/m)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('(?:.*\\n)*?');
  return new RegExp(`^${pattern}$`);
}
