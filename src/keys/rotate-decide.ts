import type { Recipient } from '../age/recipient.ts';
import { ValopsError } from '../lib/errors.ts';
import type { SealedFile } from '../reseal/look.ts';
import type { PlannedFile } from '../reseal/plan.ts';

/**
 * What becomes of each file that the old key opens: the new key takes its place among the recipients. A header does not
 * name them, so they must be known from a record, or be `others` by their number and types. Throws RESEAL_RECIPIENTS_UNKNOWN.
 */
export async function* decideRotation(
  files: AsyncIterable<SealedFile>,
  old: Pick<Recipient, 'fingerprint'>,
  next: Recipient,
  given: readonly Recipient[],
): AsyncGenerator<PlannedFile, void, undefined> {
  const others = given.filter(({ fingerprint }) => fingerprint !== old.fingerprint);
  let first: SealedFile | undefined;
  let unknown = 0;
  for await (const file of files) {
    if (file.openers.length === 0) continue;
    const kept = file.apart === null ? keptBy(file, old, others) : [];
    if (kept === null && unknown++ === 0) first = file;
    if (file.apart === null) yield { file, become: [next, ...(kept ?? [])], reason: null };
    else yield { file, become: null, reason: file.apart };
  }
  if (first !== undefined) throw unknownError(first, unknown - 1);
}

function keptBy(
  { known, stanzas }: SealedFile,
  old: Pick<Recipient, 'fingerprint'>,
  others: readonly Recipient[],
): readonly Recipient[] | null {
  if (known !== null) {
    const kept = known
      .filter((fingerprint) => fingerprint !== old.fingerprint)
      .map((fingerprint) => others.find((other) => other.fingerprint === fingerprint));
    return kept.every((one) => one !== undefined) ? kept : null;
  }
  const types = stanzas.map((stanza) => stanza.split(' ')[0]);
  if (types.length !== others.length + 1) return null;
  return others.every(({ type }) => take(types, type)) ? others : null;
}

function take(types: (string | undefined)[], type: string): boolean {
  const at = types.indexOf(type);
  if (at >= 0) types.splice(at, 1);
  return at >= 0;
}

function unknownError(first: SealedFile, more: number): ValopsError {
  const tells = first.known?.join(', ') ?? first.stanzas.join(', ');
  return new ValopsError(
    'RESEAL_RECIPIENTS_UNKNOWN',
    `the other recipients of "${first.path}" were not given (it is sealed to ${tells})${more === 0 ? '' : `, nor of ${more} more`}; no file was touched`,
    { hint: 'Give them with -R FILE. Files with other recipients than those: valops reseal, one list at a time.' },
  );
}
