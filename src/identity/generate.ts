import { basename } from 'node:path';
import { ageDoors } from '../age/doors.ts';
import { sealBytes } from '../age/engine.ts';
import { gatherIdentities, gatherRecipients, type RecipientArguments } from '../age/gather.ts';
import { journalledOpening, type Opening } from '../age/opening.ts';
import type { Recipient } from '../age/recipients.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { cardFingerprint, encodeCard, type Card } from './card.ts';
import { sha256Hex } from './compare-sealed.ts';
import type { GeneratedIdentity, Kind, KindOptions } from './kind.ts';
import { planNames, type Names } from './names.ts';
import { judgeOffline, type OfflineVerdict } from './offline.ts';
import { openSealed } from './open-sealed.ts';
import { checkKindOptions, loadKind } from './registry.ts';
import { warnOfSurroundings } from './surroundings.ts';

/** A sealed identity is read by few and registered by many. */
const sealedMode = 0o600;
const cardMode = 0o644;

export interface GenerateRequest extends Omit<RecipientArguments, 'identityFiles'> {
  readonly kind: string;
  readonly kindOptions: KindOptions;
  readonly names: Names;
  readonly count: number;
  /** Identity files that must open each seal before success is claimed. */
  readonly verifyWith: readonly string[];
  readonly passphraseFd: number | undefined;
  readonly unsafeOnline: boolean;
  readonly unsafeSingleRecipient: boolean;
}

export interface Generated {
  readonly names: Names;
  readonly card: Card;
  readonly fingerprint: string;
  /** True when the seal was opened again and the public id derived from what was inside. */
  readonly verified: boolean;
}

/**
 * Makes validator identities and seals them at birth: the secret exists in this process and in the
 * sealed file, nowhere else. Everything that can be refused is refused before a key exists.
 *
 * Throws IDENTITY_ONLINE, IDENTITY_SINGLE_RECIPIENT, FILE_EXISTS, USAGE, the AGE_ codes, and what
 * the kind throws. When one of several fails, those made before it are complete and stay.
 */
export async function generateIdentities(context: Context, request: GenerateRequest): Promise<readonly Generated[]> {
  const kind = await loadKind(request.kind);
  checkKindOptions(kind.id, request.kindOptions);
  if (request.count > 1 && request.kindOptions['wordsFd'] !== undefined) {
    throw new ValopsError('USAGE', 'the same words make the same identity: --words-fd cannot go with --count', {
      hint: 'Leave out --count.',
    });
  }
  const plan = planNames(context, request.names, request.count);
  const doors = ageDoors(context, request.passphraseFd);
  const recipients = await gatherRecipients({ ...request, identityFiles: [] }, doors);
  checkRecipients(recipients, request.unsafeSingleRecipient);
  const verifiers = await gatherIdentities(request.verifyWith, doors);
  const offline = judgeOffline(context.machine);
  checkOffline(context, offline, request.unsafeOnline);
  warnOfSurroundings(context);

  const made: Generated[] = [];
  for (const names of plan) {
    const overrides = [
      ...(offline.offline ? [] : ['unsafe-online']),
      ...(recipients.length > 1 ? [] : ['unsafe-single-recipient']),
    ];
    made.push(
      await journalledOpening(
        context.journal,
        {
          action: 'identity.generate',
          purpose: `make a ${kind.id} identity`,
          opens: [],
          keys: recipients.map((recipient) => recipient.fingerprint),
          details: { out: names.out, card: names.card, overrides },
        },
        verifiers,
        (opening) =>
          generateOne(context, {
            kind,
            options: request.kindOptions,
            names,
            recipients,
            opening: verifiers.length > 0 ? opening : undefined,
            online: !offline.offline,
          }),
        ({ card, verified }) => ({ publicId: card.publicId, sha256: card.sealed.sha256, verified }),
      ),
    );
  }
  return made;
}

interface One {
  readonly kind: Kind;
  readonly options: KindOptions;
  readonly names: Names;
  readonly recipients: readonly Recipient[];
  /** To prove the seal with; undefined when no key was given for that. */
  readonly opening: Opening | undefined;
  readonly online: boolean;
}

async function generateOne(context: Context, one: One): Promise<Generated> {
  const { kind, names, recipients } = one;
  const generated = await kind.generate(context, one.options);
  const written: string[] = [];
  try {
    const sealed = await sealSecret(generated.payload, recipients);
    const card = makeCard(context, one, generated, sealed);
    // the proof comes before the name: what fails here was never seen by anybody
    if (one.opening !== undefined) {
      (await openSealed(one.opening, { file: names.out, sealed, kind, card })).payload.wipe();
    }
    const words = generated.words === undefined ? undefined : await sealSecret(generated.words, recipients);
    write(context, names.out, sealed, sealedMode, written);
    if (words !== undefined && names.wordsOut !== undefined) write(context, names.wordsOut, words, sealedMode, written);
    write(context, names.card, encodeCard(card), cardMode, written);
    return { names, card, fingerprint: cardFingerprint(card), verified: one.opening !== undefined };
  } catch (error) {
    for (const path of written) context.files.remove(path);
    throw error;
  } finally {
    generated.payload.wipe();
    generated.words?.wipe();
  }
}

function write(context: Context, path: string, bytes: Uint8Array, mode: number, written: string[]): void {
  context.files.create(path, bytes, { mode });
  written.push(path);
}

function sealSecret(secret: GeneratedIdentity['payload'], recipients: readonly Recipient[]): Promise<Uint8Array> {
  return secret.use((bytes) => sealBytes(bytes, recipients));
}

function makeCard(context: Context, one: One, { identity }: GeneratedIdentity, sealed: Uint8Array): Card {
  const journalHead = context.journal.head();
  return {
    schema: 'valops/identity-card/1',
    kind: one.kind.id,
    publicId: identity.publicId,
    publicKey: identity.publicKey,
    ...identity.extra,
    sealed: {
      file: basename(one.names.out),
      sha256: sha256Hex(sealed),
      size: sealed.length,
      recipients: one.recipients.map(({ type, fingerprint }) => ({ type, fingerprint })),
    },
    createdAt: context.clock.now().toISOString(),
    online: one.online,
    ...(journalHead === null ? {} : { journalHead }),
    tool: `${context.tool.name} ${context.tool.version}`,
  };
}

function checkRecipients(recipients: readonly Recipient[], allowSingle: boolean): void {
  if (recipients.length === 0) {
    throw new ValopsError('USAGE', 'no recipients were given', {
      hint: 'Add -r RECIPIENT or -R FILE, at least two in all.',
    });
  }
  if (recipients.length === 1 && !allowSingle) {
    throw new ValopsError(
      'IDENTITY_SINGLE_RECIPIENT',
      'the identity would be sealed to one recipient only: that key lost, all is lost',
      {
        hint: 'Add the recipient of an offline or escrow key with -r or -R (--unsafe-single-recipient overrides).',
      },
    );
  }
}

function checkOffline(context: Context, verdict: OfflineVerdict, allowOnline: boolean): void {
  if (verdict.offline) return;
  if (!allowOnline) {
    throw new ValopsError('IDENTITY_ONLINE', `this machine is not offline: ${verdict.evidence.join('; ')}`, {
      hint: 'Generate on an air-gapped machine, with every interface down (--unsafe-online overrides, and is written on the card).',
    });
  }
  context.events.emit({
    kind: 'warning',
    message: `generating although this machine is not offline: ${verdict.evidence.join('; ')}`,
  });
}
