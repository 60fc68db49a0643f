/**
 * Compares two versions of Debian packages: below, at or above zero as `a` is earlier than, the same
 * as, or later than `b` (deb-version(7), "Sorting algorithm").
 */
export function compareDebianVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  return (
    left.epoch - right.epoch || comparePart(left.upstream, right.upstream) || comparePart(left.debian, right.debian)
  );
}

function split(version: string): { readonly epoch: number; readonly upstream: string; readonly debian: string } {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? 0 : Number(version.slice(0, colon)),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    debian: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

/** A tilde sorts before the end, the end before letters, letters before all else. */
function weight(character: string): number {
  if (character === '' || /\d/.test(character)) return 0;
  if (character === '~') return -1;
  return /[a-z]/i.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

function comparePart(a: string, b: string): number {
  let [left, right] = [a, b];
  while (left !== '' || right !== '') {
    const [leftText, rightText] = [/^\D*/.exec(left)?.[0] ?? '', /^\D*/.exec(right)?.[0] ?? ''];
    for (let index = 0; index < Math.max(leftText.length, rightText.length); index++) {
      const order = weight(leftText.charAt(index)) - weight(rightText.charAt(index));
      if (order !== 0) return order;
    }
    [left, right] = [left.slice(leftText.length), right.slice(rightText.length)];
    const [leftDigits, rightDigits] = [/^\d*/.exec(left)?.[0] ?? '', /^\d*/.exec(right)?.[0] ?? ''];
    const order = BigInt(leftDigits || 0) - BigInt(rightDigits || 0);
    if (order !== 0n) return order < 0n ? -1 : 1;
    [left, right] = [left.slice(leftDigits.length), right.slice(rightDigits.length)];
  }
  return 0;
}
