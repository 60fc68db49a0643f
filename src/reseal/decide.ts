import type { Recipient } from '../age/recipient.ts';
import { ValopsError } from '../lib/errors.ts';
import type { SealedFile } from './look.ts';
import { isSameSet, type PlannedFile } from './plan.ts';

/** Files that no key at hand opens: an error, or left and named. */
export type Foreign = 'refuse' | 'leave';

/** What becomes of each file when all get the same recipients. Throws RESEAL_FOREIGN when all were looked at. */
export async function* decideAll(
  files: AsyncIterable<SealedFile>,
  recipients: readonly Recipient[],
  foreign: Foreign,
): AsyncGenerator<PlannedFile, void, undefined> {
  let first: SealedFile | undefined;
  let closed = 0;
  for await (const file of files) {
    if (file.apart === null && file.openers.length === 0 && closed++ === 0) first = file;
    yield decide(file, recipients);
  }
  if (foreign === 'refuse' && first !== undefined) throw foreignError(first, closed - 1);
}

function decide(file: SealedFile, recipients: readonly Recipient[]): PlannedFile {
  if (file.apart !== null) return { file, become: null, reason: file.apart };
  if (file.openers.length === 0) return { file, become: null, reason: 'no key given opens it' };
  const same = file.known !== null && isSameSet(file.known, recipients);
  if (same && !file.opensForRemoved) return { file, become: null, reason: null };
  return { file, become: recipients, reason: null };
}

function foreignError(first: SealedFile, others: number): ValopsError {
  const more = others === 0 ? '' : `, nor ${others} more`;
  return new ValopsError(
    'RESEAL_FOREIGN',
    `no key given opens "${first.path}" (sealed to ${first.stanzas.join(', ')})${more}; no file was touched`,
    { hint: 'Add the key with -i, or leave such files as they are with --leave-foreign.' },
  );
}
