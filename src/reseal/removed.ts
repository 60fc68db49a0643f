import { gatherIdentities, gatherRecipients, type GatherDoors } from '../age/gather.ts';
import type { Identity } from '../age/identity.ts';
import { curvePointOf } from '../age/key-point.ts';
import type { Recipient } from '../age/recipient.ts';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';

/**
 * The keys that are to open nothing any more. Throws RESEAL_REMOVED_STAYS when one of them is among the new recipients,
 * be it under the other of the two names an Ed25519 key can have.
 */
export async function removedKeys(
  paths: readonly string[],
  recipients: readonly Recipient[],
  asking: GatherDoors,
): Promise<readonly Identity[]> {
  if (paths.length === 0) return [];
  const doors = { ...asking, passphrase: askedOnce(asking.passphrase) };
  const removed = await gatherRecipients({ recipients: [], recipientsFiles: [], identityFiles: paths }, doors);
  for (const old of removed) {
    const same = recipients.find((recipient) => isSameKey(recipient, old));
    if (same === undefined) continue;
    const name = same.text === old.text ? '' : ', by another name';
    throw new ValopsError(
      'RESEAL_REMOVED_STAYS',
      `"${same.text}" is a new recipient, and is the key to be removed${name}; no file was touched`,
      { hint: 'Take it out of the list of recipients.' },
    );
  }
  return gatherIdentities(paths, doors);
}

/** The files are read twice, for the public and for the private half; a passphrase is asked for once. */
function askedOnce(ask: GatherDoors['passphrase']): GatherDoors['passphrase'] {
  const answers = new Map<string, Secret>();
  return async (what) => {
    const answer = answers.get(what) ?? (await ask(what));
    answers.set(what, answer);
    return new Secret(answer.use((bytes) => bytes.slice()));
  };
}

function isSameKey(a: Recipient, b: Recipient): boolean {
  if (a.fingerprint === b.fingerprint) return true;
  const point = curvePointOf(a.text);
  return point !== null && point === curvePointOf(b.text);
}
