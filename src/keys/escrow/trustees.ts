import { ageDoors } from '../../age/doors.ts';
import { parseRecipient, type Recipient } from '../../age/recipients.ts';
import type { Context } from '../../core/context.ts';
import { ValopsError } from '../../lib/errors.ts';
import { mostShares } from './share.ts';

/** Somebody who keeps one share. */
export interface Trustee {
  /** A part of file names. */
  readonly name: string;
  /** Undefined for a trustee who gets paper only. */
  readonly recipient: Recipient | undefined;
}

/** A threshold and those who keep the shares, in the order of their indexes. */
export interface Circle {
  readonly threshold: number;
  readonly trustees: readonly Trustee[];
}

/**
 * Reads `NAME=RECIPIENT` and, where pages are printed, `NAME` alone. Throws USAGE and
 * AGE_RECIPIENT_INVALID; ESCROW_TRUSTEES_UNSAFE where one person would hold two shares.
 */
export function parseCircle(
  context: Context,
  given: { readonly threshold: number; readonly trustees: readonly string[]; readonly paper: boolean },
): Circle {
  const trustees = given.trustees.map((text) => parseTrustee(context, text, given.paper));
  const total = trustees.length;
  if (given.threshold < 2 || given.threshold > total || total > mostShares) {
    throw new ValopsError(
      'USAGE',
      `--threshold is ${given.threshold} for ${total} trustees, expected 2 to as many as there are trustees, at most ${mostShares}`,
      { hint: 'For example --threshold 3 and five times --trustee NAME=RECIPIENT.' },
    );
  }
  refuseDouble(trustees, ({ name }) => name.toLowerCase(), 'have one name', 'Give every trustee another name.');
  refuseDouble(
    trustees,
    ({ recipient }) => recipient?.fingerprint,
    'have one recipient: whoever holds that key would hold two shares',
    'Ask each trustee for a recipient of their own.',
  );
  return { threshold: given.threshold, trustees };
}

/**
 * Throws ESCROW_TRUSTEES_UNSAFE when a share would be sealed to the very key that it is to
 * recover; warns when a post-quantum key is handed to recipients that are not.
 */
export function refuseCircle(context: Context, { trustees }: Circle, key: Pick<Recipient, 'text' | 'type'>): void {
  const own = trustees.find(({ recipient }) => recipient?.text === key.text);
  if (own !== undefined) {
    throw new ValopsError(
      'ESCROW_TRUSTEES_UNSAFE',
      `the share of "${own.name}" would be sealed to the key that is split: it could be opened only while it is not needed`,
      { hint: `Give another recipient for "${own.name}".` },
    );
  }
  if (!key.type.startsWith('mlkem')) return;
  const weaker = trustees.filter(({ recipient }) => recipient !== undefined && !recipient.type.startsWith('mlkem'));
  if (weaker.length === 0) return;
  context.events.emit({
    kind: 'warning',
    message: `the key is post-quantum, but the recipients of ${weaker.map(({ name }) => `"${name}"`).join(', ')} are not`,
    hint: 'Ask for recipients that begin with age1pq1: a recorded share could be opened by a later quantum computer.',
  });
}

function parseTrustee(context: Context, text: string, paper: boolean): Trustee {
  const equals = text.indexOf('=');
  const name = equals === -1 ? text : text.slice(0, equals);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/.test(name)) {
    throw new ValopsError('USAGE', 'a --trustee is not of the form NAME=RECIPIENT', {
      hint: 'A name has up to 32 letters, digits, dots, dashes and underscores: --trustee alice=age1…',
    });
  }
  if (equals !== -1) {
    return { name, recipient: parseRecipient(text.slice(equals + 1), ageDoors(context).plugins) };
  }
  if (paper) return { name, recipient: undefined };
  throw new ValopsError('USAGE', `the trustee "${name}" has no recipient to seal the share to`, {
    hint: `Give one, --trustee ${name}=age1…, or add --paper DIR for a printed share.`,
  });
}

function refuseDouble(
  trustees: readonly Trustee[],
  keyOf: (trustee: Trustee) => string | undefined,
  problem: string,
  hint: string,
): void {
  const seen = new Map<string, string>();
  for (const trustee of trustees) {
    const key = keyOf(trustee);
    const other = key === undefined ? undefined : seen.get(key);
    if (other !== undefined) {
      throw new ValopsError('ESCROW_TRUSTEES_UNSAFE', `the trustees "${other}" and "${trustee.name}" ${problem}`, {
        hint,
      });
    }
    if (key !== undefined) seen.set(key, trustee.name);
  }
}
