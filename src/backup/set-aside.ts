import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { digestFile, lasting } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { readCatalogue, updateCatalogue } from './catalogue-file.ts';
import { copyState } from './copy-state.ts';
import { compactTime } from './names.ts';
import { isSealedText } from './sealed-text.ts';
import { copyMode } from './stage-copies.ts';

/**
 * Keeps what is under the name of an identity's backup under a second name, `…-<time>.age`, before a
 * newer one takes the first: at every moment both names hold whole files. Answers the second name;
 * null when there is nothing to keep. Throws FILE_EXISTS for something that is no age file.
 */
export async function setAside(context: Context, directory: string, name: string): Promise<string | null> {
  const path = join(directory, name);
  const stat = context.files.stat(path);
  if (stat === null) return null;
  if (stat.type !== 'file' || !(await isSealedFile(context, path))) {
    throw new ValopsError('FILE_EXISTS', `"${path}" is not a backup; it was not touched`, {
      hint: 'Move it away, or name another directory with --to.',
    });
  }
  const found = await digestFile(context, path);
  const time = compactTime(timeOf(context, found.sha256) ?? stat.modifiedAt.toISOString());
  const stem = `${name.slice(0, -'.age'.length)}-${time}`;
  for (const candidate of [`${stem}.age`, `${stem}-${found.sha256.slice(0, 8)}.age`]) {
    const aside = join(directory, candidate);
    const state = await copyState(context, aside, found);
    if (state !== 'good' && state !== 'missing') continue;
    if (state === 'missing') await copyFile(context, path, aside);
    if ((await copyState(context, aside, found)) !== 'good') break;
    movePaths(context, path, aside);
    return aside;
  }
  throw new ValopsError('FILE_NOT_PROVEN', `the older backup "${path}" could not be kept under a second name`, {
    hint: 'Check the medium, or name another directory with --to.',
  });
}

async function copyFile(context: Context, from: string, to: string): Promise<void> {
  const staged = await context.files.stage(to, { mode: copyMode });
  try {
    for await (const chunk of lasting(context.files.stream(from))) await staged.write(chunk);
    await staged.publish('exclusive');
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

function timeOf(context: Context, sha256: string): string | undefined {
  return readCatalogue(context)?.backups.find((entry) => entry.sha256 === sha256)?.createdAt;
}

/** From now on the catalogue looks for the older backup under its second name. */
function movePaths(context: Context, from: string, to: string): void {
  updateCatalogue(context, (now) => {
    if (!now.backups.some(({ copies }) => copies.some(({ path }) => path === from))) return now;
    return {
      ...now,
      backups: now.backups.map((entry) => ({
        ...entry,
        copies: entry.copies.map((copy) => (copy.path === from ? { ...copy, path: to } : copy)),
      })),
    };
  });
}

async function isSealedFile(context: Context, path: string): Promise<boolean> {
  for await (const chunk of context.files.stream(path)) {
    return isSealedText(Buffer.from(chunk.subarray(0, 256)).toString('latin1'));
  }
  return false;
}
