import { dirname, join, resolve } from 'node:path';
import type { SecretKey } from '../../age/secret-key.ts';
import { sealBytes } from '../../age/engine.ts';
import type { Context } from '../../core/context.ts';
import { digestBytes } from '../../lib/digest.ts';
import { ValopsError } from '../../lib/errors.ts';
import { deal, proveDeal } from './deal.ts';
import { renderPage } from './page.ts';
import { pagesLeft, sharesOnPages } from './pages-left.ts';
import { encodeSetRecord, type SetRecord } from './set-record.ts';
import { encodeShareFile, parseShareFile, type ShareLabel } from './share-file.ts';
import type { Share } from './share.ts';
import { refuseCircle, type Circle, type Trustee } from './trustees.ts';

/** Where a new set goes. */
export interface SetPlaces {
  /** A new directory for the sealed shares and the record. */
  readonly out: string;
  /** A new directory for pages in clear. */
  readonly paper: string | undefined;
}

/** A set that was made: its record, and the paths of all files. */
export interface MadeSet {
  readonly record: SetRecord;
  readonly recordFile: string;
  readonly sealed: readonly string[];
  readonly pages: readonly string[];
}

/** Refuses early what `writeSet` would refuse late. Throws USAGE, FILE_EXISTS. */
export function checkPlaces(context: Context, { out, paper }: SetPlaces, circle: Circle): void {
  for (const place of [out, ...(paper === undefined ? [] : [paper])]) {
    const stat = context.files.stat(place);
    if (stat === null || (stat.type === 'directory' && context.files.list(place).length === 0)) continue;
    if (place === paper && stat.type === 'directory' && pagesLeft(context, paper, circle) !== null) continue;
    throw taken(place);
  }
  if (paper === undefined) return;
  const [first, second] = [`${resolve(out)}/`, `${resolve(paper)}/`];
  if (!first.startsWith(second) && !second.startsWith(first)) return;
  throw new ValopsError('USAGE', '--out and --paper are in one another', {
    hint: 'Keep pages in clear apart from sealed shares: --paper /dev/shm/pages',
  });
}

function taken(place: string): ValopsError {
  return new ValopsError('FILE_EXISTS', `"${place}" exists already and is not an empty directory; it was not touched`, {
    hint: 'Give each set a new directory of its own.',
  });
}

/**
 * Splits the key anew, proves the shares as they will be read again, and writes all files of the
 * set. The pages appear first, the directory of the record last: when it is there, everything is. Where a killed run
 * left the pages alone, its set is completed. Throws ESCROW_TRUSTEES_UNSAFE, ESCROW_UNPROVEN,
 * ESCROW_SHARE_INVALID, FILE_EXISTS, FILE_UNWRITABLE, FILE_NOT_PROVEN.
 */
export async function writeSet(context: Context, key: SecretKey, circle: Circle, places: SetPlaces): Promise<MadeSet> {
  refuseCircle(context, circle, key.recipient);
  const { threshold, trustees } = circle;
  const printed = places.paper === undefined ? null : pagesLeft(context, places.paper, circle);
  const dealt =
    printed === null ? await deal(key, threshold, trustees.length) : sharesLeft(context, key, circle, printed);
  const createdAt = context.clock.now().toISOString();
  const tool = `${context.tool.name} ${context.tool.version}`;
  const shares = dealt.map((share, at): Written => {
    const trustee = trustees[at];
    if (trustee === undefined) throw new Error('more shares than trustees');
    const label = { trustee: trustee.name, recipient: key.recipient.text, createdAt, tool };
    const content = encodeShareFile(share, label);
    return { share, label, trustee, content, name: `${share.set}-${share.index}-${trustee.name}` };
  });
  const staged = [context.files.stageDirectory(places.out)];
  try {
    const again = shares.map(({ content, name }) => parseShareFile(new TextDecoder().decode(content), name).share);
    await proveDeal(again, key);
    for (const share of again) share.payload.wipe();
    const [out] = staged;
    if (out === undefined) throw new Error('no staged directory');
    const record: SetRecord = {
      schema: 'valops/escrow-set/1',
      set: dealt[0]?.set ?? '',
      ...{ threshold, total: trustees.length },
      recipient: key.recipient.text,
      fingerprint: key.recipient.fingerprint,
      ...{ createdAt, tool },
      shares: [],
    };
    for (const written of shares) record.shares.push(await sealOne(context, out.path, written));
    const recordName = `${record.set}.json`;
    context.files.create(join(out.path, recordName), encodeSetRecord(record), { mode: 0o644 });
    const pages = printed ?? printPages(context, places.paper, shares, staged, key);
    // Pages first, so that the record stands for the whole.
    for (const directory of staged.toReversed()) directory.publish();
    return {
      record,
      recordFile: join(places.out, recordName),
      sealed: record.shares.flatMap(({ file }) => (file === null ? [] : [join(places.out, file)])),
      pages,
    };
  } catch (error) {
    for (const directory of staged) directory.withdraw();
    throw error;
  } finally {
    for (const { share, content } of shares) {
      share.payload.wipe();
      content.fill(0);
    }
  }
}

/** Throws FILE_EXISTS where the pages are of another key, threshold, or circle. */
function sharesLeft(context: Context, key: SecretKey, circle: Circle, printed: readonly string[]): readonly Share[] {
  const shares = sharesOnPages(context, printed, circle, key.recipient.text);
  if (shares === null) throw taken(dirname(printed[0] ?? ''));
  context.events.emit({
    kind: 'note',
    message: `the pages in "${dirname(printed[0] ?? '')}" are of a run that was cut off: their set is completed`,
  });
  return shares;
}

interface Written {
  readonly share: Share;
  readonly label: ShareLabel;
  readonly trustee: Trustee;
  /** The share file, in clear. */
  readonly content: Uint8Array;
  /** File name without extension. */
  readonly name: string;
}

async function sealOne(
  context: Context,
  directory: string,
  { share, trustee, content, name }: Written,
): Promise<SetRecord['shares'][number]> {
  const entry = { index: share.index, trustee: trustee.name };
  if (trustee.recipient === undefined) return { ...entry, sealedTo: null, file: null, sha256: null };
  const sealed = await sealBytes(content, [trustee.recipient]);
  const file = `${name}.age`;
  context.files.create(join(directory, file), sealed, { mode: 0o600 });
  const { sha256 } = digestBytes(sealed);
  return { ...entry, sealedTo: trustee.recipient.fingerprint, file, sha256 };
}

function printPages(
  context: Context,
  paper: string | undefined,
  shares: readonly Written[],
  staged: ReturnType<Context['files']['stageDirectory']>[],
  key: SecretKey,
): readonly string[] {
  if (paper === undefined) return [];
  const directory = context.files.stageDirectory(paper);
  staged.push(directory);
  return shares.map(({ share, label, name }) => {
    const page = renderPage(share, label, key.recipient.fingerprint);
    context.files.create(join(directory.path, `${name}.html`), page, { mode: 0o600 });
    page.fill(0);
    return join(paper, `${name}.html`);
  });
}
