import type { Recipient } from '../age/recipient.ts';
import { ValopsError } from '../lib/errors.ts';
import type { SealedFile } from './look.ts';
import { isSameSet, type PlannedFile } from './plan.ts';

/** Files that no key at hand opens: an error, or left and named. */
export type Foreign = 'refuse' | 'leave';

/** What becomes of each file when all get the same recipients. Throws RESEAL_FOREIGN. */
export function decideAll(
  files: readonly SealedFile[],
  recipients: readonly Recipient[],
  foreign: Foreign,
): readonly PlannedFile[] {
  const closed = files.filter(({ apart, openers }) => apart === null && openers.length === 0);
  if (foreign === 'refuse') refuseForeign(closed);
  return files.map((file) => {
    if (file.apart !== null) return { file, become: null, reason: file.apart };
    if (file.openers.length === 0) return { file, become: null, reason: 'no key given opens it' };
    const same = file.known !== null && isSameSet(file.known, recipients);
    if (same && !file.opensForRemoved) return { file, become: null, reason: null };
    return { file, become: recipients, reason: null };
  });
}

function refuseForeign(closed: readonly SealedFile[]): void {
  const [first] = closed;
  if (first === undefined) return;
  const more = closed.length === 1 ? '' : `, nor ${closed.length - 1} more`;
  throw new ValopsError(
    'RESEAL_FOREIGN',
    `no key given opens "${first.path}" (sealed to ${first.stanzas.join(', ')})${more}; no file was touched`,
    { hint: 'Add the key with -i, or leave such files as they are with --leave-foreign.' },
  );
}
