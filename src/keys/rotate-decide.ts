import type { Recipient } from '../age/recipient.ts';
import { ValopsError } from '../lib/errors.ts';
import type { SealedFile } from '../reseal/look.ts';
import type { PlannedFile } from '../reseal/plan.ts';

/**
 * What becomes of each file that the old key opens: the new key takes its place among the recipients. A header does not
 * name them, so they must be known from a record, or be `others` by their number and types. Throws RESEAL_RECIPIENTS_UNKNOWN.
 */
export function decideRotation(
  files: readonly SealedFile[],
  old: Pick<Recipient, 'fingerprint'>,
  next: Recipient,
  given: readonly Recipient[],
): readonly PlannedFile[] {
  const others = given.filter(({ fingerprint }) => fingerprint !== old.fingerprint);
  const unknown: SealedFile[] = [];
  const planned = files
    .filter(({ openers }) => openers.length > 0)
    .map((file): PlannedFile => {
      if (file.apart !== null) return { file, become: null, reason: file.apart };
      const kept = keptBy(file, old, others);
      if (kept === null) unknown.push(file);
      return { file, become: [next, ...(kept ?? [])], reason: null };
    });
  refuseUnknown(unknown);
  return planned;
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

function refuseUnknown(unknown: readonly SealedFile[]): void {
  const [first] = unknown;
  if (first === undefined) return;
  const more = unknown.length === 1 ? '' : `, nor of ${unknown.length - 1} more`;
  const tells = first.known?.join(', ') ?? first.stanzas.join(', ');
  throw new ValopsError(
    'RESEAL_RECIPIENTS_UNKNOWN',
    `the other recipients of "${first.path}" were not given (it is sealed to ${tells})${more}; no file was touched`,
    { hint: 'Give them with -R FILE. Files with other recipients than those: valops reseal, one list at a time.' },
  );
}
