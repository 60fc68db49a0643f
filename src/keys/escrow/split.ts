import { ageDoors } from '../../age/doors.ts';
import { parseIdentityFile } from '../../age/identities.ts';
import { readSecretKey } from '../../age/secret-key.ts';
import type { Context } from '../../core/context.ts';
import { journalled } from '../../core/journal.ts';
import type { JsonObject } from '../../lib/canonical-json.ts';
import { ValopsError } from '../../lib/errors.ts';
import { keyFiles } from '../key-files.ts';
import { agreeToPaper } from './paper.ts';
import { parseCircle } from './trustees.ts';
import { checkPlaces, writeSet, type MadeSet, type SetPlaces } from './write-set.ts';

/** A new circle of trustees, and where its shares go. */
export interface NewSetRequest extends SetPlaces {
  readonly threshold: number;
  /** `NAME=RECIPIENT`, or `NAME` alone where pages are printed. */
  readonly trustees: readonly string[];
  readonly unsafePaperOnDisk: boolean;
}

export interface SplitRequest extends NewSetRequest {
  /** The key to split; that of `environment` on this machine without. */
  readonly identityFile: string | undefined;
  readonly environment: string | undefined;
  readonly passphraseFd: number | undefined;
}

/**
 * Splits an age key among trustees: sealed shares and their record into a new directory, pages in
 * clear on request. Before anything is written, all shares are read back from their files' content
 * and recombined. Throws USAGE, USAGE_NO_TERMINAL, KEY_NOT_FOUND, AGE_IDENTITY_INVALID, the
 * ESCROW_ codes, FILE_EXISTS.
 */
export async function splitKey(context: Context, request: SplitRequest): Promise<MadeSet> {
  const circle = parseCircle(context, { ...request, paper: request.paper !== undefined });
  checkPlaces(context, request, circle);
  const path = request.identityFile ?? keyFiles(context, request.environment).identityFile;
  if (request.identityFile === undefined && context.files.stat(path) === null) {
    throw new ValopsError('KEY_NOT_FOUND', `there is no age key at "${path}"`, {
      hint: 'Name the key to split with -i KEYFILE.',
    });
  }
  const doors = ageDoors(context, request.passphraseFd);
  const bytes = await doors.read(path);
  const identities = await parseIdentityFile(bytes, { ...doors, name: path });
  await agreeToPaper(context, request);
  return journalled(
    context.journal,
    {
      action: 'keys.escrow.split',
      purpose: 'escrow',
      keys: identities.map(({ recipient, source }) => recipient?.fingerprint ?? source),
      details: { file: path, ...detailsOf(request) },
    },
    async () => {
      const key = await readSecretKey(bytes, { ...doors, name: path });
      try {
        return await writeSet(context, key, circle, request);
      } finally {
        key.bytes.wipe();
        bytes.fill(0);
      }
    },
    summaryOf,
  );
}

/** What the journal says of a set that is to be made. */
export function detailsOf(request: NewSetRequest): JsonObject {
  return {
    out: request.out,
    paper: request.paper,
    ...(request.unsafePaperOnDisk ? { override: 'unsafe-paper-on-disk' } : {}),
  };
}

/** What the journal says of a set that was made. */
export function summaryOf({ record }: MadeSet): JsonObject {
  return {
    set: record.set,
    threshold: record.threshold,
    key: record.fingerprint,
    shares: record.shares.map(({ index, trustee, sealedTo, sha256 }) => ({ index, trustee, sealedTo, sha256 })),
  };
}
