import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { readShareText } from './share-text.ts';
import { recipientDigestOf, type Share } from './share.ts';
import type { Circle } from './trustees.ts';

/** Largest page that is read, in bytes. */
const pageLimit = 1 << 20;

/**
 * The pages of a whole set in a directory, one for each trustee of the circle in their order; null when anything else is
 * there. Pages appear before the sealed shares: alone they are what a killed run left, and the next one completes.
 */
export function pagesLeft(context: Context, directory: string, { trustees }: Circle): readonly string[] | null {
  const names = context.files.list(directory);
  const set = /^[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec(names[0] ?? '')?.[0];
  const wanted = trustees.map(({ name }, at) => `${set}-${at + 1}-${name}.html`);
  const isWhole = names.length === wanted.length && wanted.every((name) => names.includes(name));
  return isWhole ? wanted.map((name) => join(directory, name)) : null;
}

/**
 * The shares on such pages, when they are of a key and a circle; null when they are of another. Throws
 * ESCROW_SHARE_INVALID for a page that is not whole.
 */
export function sharesOnPages(
  context: Context,
  pages: readonly string[],
  { threshold, trustees }: Circle,
  recipient: string,
): readonly Share[] | null {
  const shares = pages.flatMap((page) =>
    readShareText(new TextDecoder().decode(context.files.read(page, pageLimit)), page),
  );
  const digest = Buffer.from(recipientDigestOf(recipient));
  const isOurs = ({ set, index, total, ...share }: Share, at: number): boolean =>
    set === shares[0]?.set &&
    index === at + 1 &&
    total === trustees.length &&
    share.threshold === threshold &&
    digest.equals(share.recipientDigest);
  if (shares.length === trustees.length && shares.every(isOurs)) return shares;
  for (const { payload } of shares) payload.wipe();
  return null;
}
