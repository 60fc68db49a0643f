import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { checkShares } from '../keys/escrow/check.ts';
import { inspectShares } from '../keys/escrow/inspect.ts';
import { parseSetRecord, type SetRecord } from '../keys/escrow/set-record.ts';
import { splitKey } from '../keys/escrow/split.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Answers } from './answers.ts';
import type { Evidence } from './evidence.ts';
import { readKeys } from './keys.ts';
import { filesBelow, hashFiles } from './media.ts';

/** The escrow of a ceremony, as it was answered. */
export type EscrowAnswers = NonNullable<Answers['escrow']>;

/** The directory of the sealed shares and their record. */
export function escrowDirectory({ out }: Pick<Answers, 'out'>): string {
  return join(out, 'escrow');
}

/** The record of the set that was made. Throws CEREMONY_CHANGED when there is not exactly one. */
export function readSet(
  context: Context,
  answers: Pick<Answers, 'out'>,
): { readonly file: string; readonly record: SetRecord } {
  const directory = escrowDirectory(answers);
  const records = context.files.list(directory).filter((name) => name.endsWith('.json'));
  const [name, ...more] = records;
  if (name === undefined || more.length > 0) {
    throw new ValopsError(
      'CEREMONY_CHANGED',
      `"${directory}" has ${records.length} records of escrow sets, expected 1`,
      {
        hint: 'Use a medium of its own for each ceremony.',
      },
    );
  }
  const file = join(directory, name);
  return { file, record: parseSetRecord(context.files.read(file), file) };
}

/** Splits the key, or proves the set that is there to be of this key. Throws the ESCROW_ codes, CEREMONY_CHANGED. */
export async function splitAmongTrustees(
  context: Context,
  answers: Answers,
  escrow: EscrowAnswers,
  paperOnDisk: boolean,
): Promise<Evidence> {
  const key = (await readKeys(context, answers)).find(({ name }) => name === escrow.key);
  const isThere = context.files.list(escrowDirectory(answers)).length > 0;
  if (!isThere) {
    await splitKey(context, {
      ...{ threshold: escrow.threshold, trustees: escrow.trustees, out: escrowDirectory(answers), paper: escrow.paper },
      unsafePaperOnDisk: paperOnDisk,
      identityFile: key?.file,
      environment: undefined,
      passphraseFd: undefined,
    });
  }
  const { record } = readSet(context, answers);
  if (record.fingerprint !== key?.recipient.fingerprint || record.threshold !== escrow.threshold) {
    throw new ValopsError(
      'CEREMONY_CHANGED',
      `"${escrowDirectory(answers)}" holds the set of another key or threshold`,
      {
        hint: 'Use a medium of its own for each ceremony.',
      },
    );
  }
  return {
    lines: [
      ['set', record.set],
      ['shares', `any ${record.threshold} of ${record.total} give the key "${escrow.key}"`],
      ...record.shares.map(
        ({ index, trustee, sealedTo }) =>
          [`share ${index}`, `${trustee}, ${sealedTo === null ? 'on paper' : `sealed to ${sealedTo}`}`] as const,
      ),
      ['how', isThere ? 'was made before the interruption; proven again' : 'made now'],
    ],
    files: await hashFiles(context, filesBelow(context, escrowDirectory(answers))),
  };
}

/**
 * Proves one share by its trustee's name: its file against the record, its content where it is on paper or a key of
 * its trustee is here. Throws CEREMONY_UNPROVEN.
 */
export async function proveShare(
  context: Context,
  answers: Answers,
  escrow: EscrowAnswers,
  trustee: string,
): Promise<Evidence> {
  const { file: recordFile, record } = readSet(context, answers);
  const share = record.shares.find((one) => one.trustee === trustee);
  const lines: (readonly [string, string])[] = [];
  if (share !== undefined && share.file !== null) {
    const path = join(escrowDirectory(answers), share.file);
    const [found] = await inspectShares(context, [path], recordFile);
    if (found?.matchesRecord !== true) throw unproven(`"${path}" is not the file of the record`);
    const opened = await contentOf(context, path, record.set, escrow.openWith);
    lines.push(['sealed', `${share.file} is the file of the record${opened}`]);
  }
  for (const path of pagesOf(context, escrow).filter((page) => page.endsWith(`-${share?.index}-${trustee}.html`))) {
    const [found] = await checkShares(context, { shares: [path], ...noKeys, set: record.set });
    if (found === undefined || found.problem !== null)
      throw unproven(`the page "${path}" is not whole: ${found?.problem}`);
    lines.push(['page', `whole, share ${found.index} of ${found.total}`]);
  }
  if (lines.length > 0) return { lines, files: [] };
  throw unproven(`there is neither a file nor a page of "${trustee}"`);
}

/** Shares that can be opened here: pages, and sealed ones when keys of trustees are here. */
export function sharesHere(context: Context, answers: Answers, escrow: EscrowAnswers): readonly string[] {
  const { record } = readSet(context, answers);
  const sealed = record.shares.flatMap(({ file }) => (file === null ? [] : [join(escrowDirectory(answers), file)]));
  return [...pagesOf(context, escrow), ...(escrow.openWith.length === 0 ? [] : sealed)];
}

const noKeys = { identityFiles: [], environment: undefined, passphraseFd: undefined };

/** What a key of a trustee says of a sealed share; without one, that is left to the trustee. */
async function contentOf(context: Context, path: string, set: string, openWith: readonly string[]): Promise<string> {
  if (openWith.length === 0) return '; its trustee has still to open it';
  const [found] = await checkShares(context, { shares: [path], ...noKeys, identityFiles: openWith, set });
  if (found?.problem === null) return ` and whole: share ${found.index} of ${found.total}, opened`;
  if (found?.verdict === 'not-opened') return '; its trustee has still to open it';
  throw unproven(`"${path}": ${found?.problem}`);
}

/** Pages of the set on the medium; those of another one, or none where they were printed and destroyed, do not count. */
function pagesOf(context: Context, { paper }: EscrowAnswers): readonly string[] {
  return paper === undefined ? [] : filesBelow(context, paper).filter((path) => path.endsWith('.html'));
}

function unproven(problem: string): ValopsError {
  return new ValopsError('CEREMONY_UNPROVEN', problem, {
    hint: 'Do not hand out the shares of this set; find out what happened to the medium.',
  });
}

/** The trustees' names, in the order of their shares. */
export function trusteesOf({ trustees }: EscrowAnswers): readonly string[] {
  return trustees.map((text) => text.split('=', 1)[0] ?? text);
}
