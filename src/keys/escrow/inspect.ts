import { basename } from 'node:path';
import { ageDoors } from '../../age/doors.ts';
import { inspect, type InspectedRecipient } from '../../age/inspect.ts';
import type { Context } from '../../core/context.ts';
import { digestBytes } from '../../lib/digest.ts';
import { Secret } from '../../lib/secret.ts';
import { parseSetRecord, type SetRecord } from './set-record.ts';
import { isSealed, readClear } from './sources.ts';

/** What a share tells without a key. */
export interface InspectedShare {
  readonly name: string;
  readonly sealed: boolean;
  /** Proven for a clear share; for a sealed one by the record, or else only what its name says. */
  readonly says: 'share' | 'record' | 'name' | 'nothing';
  readonly set: string | null;
  readonly index: number | null;
  readonly threshold: number | null;
  readonly total: number | null;
  readonly trustee: string | null;
  /** Of a sealed share: stanzas of its header. Empty for a clear one. */
  readonly recipients: readonly InspectedRecipient[];
  /** Of the file, lowercase hex. */
  readonly sha256: string;
  /** Against the record: null without one, or for a clear share. */
  readonly matchesRecord: boolean | null;
}

/** Tells of each share what can be known without a key. Throws ESCROW_SHARE_INVALID, AGE_HEADER_INVALID. */
export async function inspectShares(
  context: Context,
  shares: readonly string[],
  recordFile: string | undefined,
): Promise<readonly InspectedShare[]> {
  const record = recordFile === undefined ? undefined : parseSetRecord(context.files.read(recordFile), recordFile);
  const found: InspectedShare[] = [];
  for (const path of shares) {
    const bytes = path === '-' ? await ageDoors(context).read(path) : context.files.read(path);
    const { sha256 } = digestBytes(bytes);
    if (isSealed(bytes)) found.push(await inspectSealed(path, bytes, sha256, record));
    else found.push(...inspectClear(path, bytes, sha256));
  }
  return found;
}

async function inspectSealed(
  path: string,
  bytes: Uint8Array,
  sha256: string,
  record: SetRecord | undefined,
): Promise<InspectedShare> {
  const { recipients } = await inspect(once(bytes));
  const entry = record?.shares.find((one) => one.sha256 === sha256);
  const common = { name: path, sealed: true, recipients, sha256 };
  if (record !== undefined && entry !== undefined) {
    const { set, threshold, total } = record;
    return {
      ...common,
      says: 'record',
      set,
      threshold,
      total,
      index: entry.index,
      trustee: entry.trustee,
      matchesRecord: true,
    };
  }
  const matchesRecord = record === undefined ? null : false;
  const named = /^((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})-(\d{1,2})-(.+)\.age$/.exec(basename(path));
  const unknown = { threshold: null, total: null, matchesRecord };
  if (named === null) return { ...common, ...unknown, says: 'nothing', set: null, index: null, trustee: null };
  const [, set = '', index = '', trustee = ''] = named;
  return { ...common, ...unknown, says: 'name', set, index: Number(index), trustee };
}

function inspectClear(path: string, bytes: Uint8Array, sha256: string): readonly InspectedShare[] {
  return readClear(new Secret(bytes), path).map(({ name, share, label }): InspectedShare => {
    share.payload.wipe();
    const { set, index, threshold, total } = share;
    const common = { name, sealed: false, says: 'share', recipients: [], sha256, matchesRecord: null } as const;
    return { ...common, set, index, threshold, total, trustee: label?.trustee ?? null };
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
