import { gatherIdentities, gatherRecipients, type GatherDoors } from '../age/gather.ts';
import type { Identity } from '../age/identity.ts';
import { curvePointOf } from '../age/key-point.ts';
import type { Recipient } from '../age/recipient.ts';
import { ValopsError } from '../lib/errors.ts';

/**
 * The keys that are to open nothing any more. Throws RESEAL_REMOVED_STAYS when one of them is among the new recipients,
 * be it under the other of the two names an Ed25519 key can have.
 */
export async function removedKeys(
  paths: readonly string[],
  recipients: readonly Recipient[],
  doors: GatherDoors,
): Promise<readonly Identity[]> {
  if (paths.length === 0) return [];
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

function isSameKey(a: Recipient, b: Recipient): boolean {
  if (a.fingerprint === b.fingerprint) return true;
  const point = curvePointOf(a.text);
  return point !== null && point === curvePointOf(b.text);
}
