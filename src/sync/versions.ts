/**
 * Orders two versions: negative when `a` is older. Numbers in the main part compare as numbers and a
 * missing one is 0; a pre-release (anything after the numbers: `-rc.1`, `rc1`) is older than the release;
 * its parts compare number by number and word by word, numbers before words (semver.org, section 11,
 * but `rc10` is younger than `rc9`). A leading `v` and build metadata after `+` do not count.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  const main = compareParts(left.main, right.main, '0');
  if (main !== 0) return main;
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  return compareParts(left.pre, right.pre, undefined);
}

function split(version: string): { readonly main: readonly string[]; readonly pre: readonly string[] } {
  const plain = version.replace(/^v(?=\d)/i, '').replace(/\+.*$/, '');
  const main = /^\d+(?:\.\d+)*/.exec(plain)?.[0] ?? '';
  return { main: main === '' ? [] : main.split('.'), pre: plain.slice(main.length).match(/\d+|[^\d.\-_~]+/g) ?? [] };
}

function compareParts(a: readonly string[], b: readonly string[], filler: string | undefined): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index] ?? filler, b[index] ?? filler];
    // of two pre-releases that begin alike the longer one is younger
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    const order = comparePart(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: string, b: string): number {
  const [left, right] = [/^\d/.test(a), /^\d/.test(b)];
  if (left !== right) return left ? -1 : 1;
  if (!left) return a === b ? 0 : a < b ? -1 : 1;
  // numbers of any length: a date with a time is beyond what a double can tell apart
  const difference = BigInt(a) - BigInt(b);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
