import type { Context } from '../../core/context.ts';
import { splitWords } from '../../lib/argv.ts';
import { ValopsError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import { captureOne, compilePattern } from '../capture.ts';
import { agrees, makeCheckValue, parseCheckValue } from '../check-value.ts';
import { withGeneratorOutput } from '../generator.ts';
import type { GeneratedIdentity, Kind, KindOptions, PublicIdentity } from '../kind.ts';
import { collectSingleFile, placeSingleFile } from '../single-file.ts';

/** Public ids of generators that print none: the head of the check value's digest. */
const ownId = /^check-[0-9a-f]{32}$/;

/**
 * An identity only the validator's own program can make. The payload is the text captured from its
 * output; the card carries a check value of it (`extra.check`) in place of a public key.
 */
export const command: Kind = {
  id: 'command',
  payload: 'the secret as captured from its output',
  target: 'file',
  generate: (context, options) => generateByCommand(context, options, 120_000),
  derive(payload, claimed) {
    if (claimed === undefined) {
      throw invalid('the public id of this kind cannot be derived', 'Add --card CARD.');
    }
    const check = parseCheckValue(claimed.extra?.['check']);
    if (check === null || claimed.publicKey !== '') {
      throw invalid('the card has no valid check value of the payload', 'Use the card made by identity generate.');
    }
    const isOwn = ownId.test(claimed.publicId) && claimed.publicId === ownIdOf(check.digest);
    if (!agrees(check, payload, isOwn ? '' : claimed.publicId)) {
      throw invalid('payload and card do not belong together', 'Use the card that was made with this sealed file.');
    }
    return claimed;
  },
  place(payload) {
    if (payload.length === 0) throw invalid('the payload is empty', 'Use another copy.');
    return placeSingleFile(payload);
  },
  collect: collectSingleFile,
};

/**
 * `generate` with its time limit (milliseconds) as a parameter. Throws USAGE, PROCESS_MISSING,
 * MEMORY_UNAVAILABLE, IDENTITY_GENERATOR_FAILED; no error holds anything the generator printed.
 */
export async function generateByCommand(
  context: Context,
  options: KindOptions,
  timeout: number,
): Promise<GeneratedIdentity> {
  const argv = splitWords(need(options['generator'], '--generator'));
  const secretPattern = compilePattern(need(options['secretPattern'], '--secret-pattern'), '--secret-pattern');
  const publicText = options['publicPattern'];
  const publicPattern = publicText === undefined ? undefined : compilePattern(String(publicText), '--public-pattern');

  return withGeneratorOutput(context, { argv, timeout }, (texts) => {
    const secret = captureOne(texts, secretPattern, 'secret');
    const publicId = publicPattern === undefined ? undefined : captureOne(texts, publicPattern, 'public id');
    if (publicId !== undefined) checkPublicId(publicId, secret);
    const payload = Secret.fromText(secret);
    return { payload, identity: payload.use((bytes) => identify(bytes, context.randomBytes(16), publicId)) };
  });
}

function identify(payload: Uint8Array, salt: Uint8Array, publicId: string | undefined): PublicIdentity {
  const check = makeCheckValue(payload, salt, publicId ?? '');
  return { publicId: publicId ?? ownIdOf(check.digest), publicKey: '', extra: { check } };
}

function ownIdOf(digest: string): string {
  return `check-${digest.slice(0, 32)}`;
}

/** The public id goes on a card: it must not be the secret by a slip of the pattern, nor unprintable. */
function checkPublicId(publicId: string, secret: string): void {
  const problem = publicId.includes(secret)
    ? 'the pattern of the public id captures the secret'
    : /^[^\p{C}\s]{1,256}$/u.test(publicId)
      ? undefined
      : 'the pattern of the public id captures more than one word';
  if (problem === undefined) return;
  throw new ValopsError('IDENTITY_GENERATOR_FAILED', problem, {
    hint: 'Give --public-pattern a group that captures the public id alone.',
  });
}

function need(value: string | boolean | undefined, flag: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ValopsError('USAGE', `the kind "command" needs ${flag}`, {
    hint: "Example: --generator 'validator --data-dir {dir} --generate-peer-id' --secret-pattern 'secret: ([0-9a-f]{64})'.",
  });
}

function invalid(message: string, hint: string): ValopsError {
  return new ValopsError('IDENTITY_PAYLOAD_INVALID', message, { hint });
}
