import { createHmac } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../lib/canonical-json.ts';
import type { BackupManifest } from './manifest.ts';

/**
 * What tells whether anything changed since a backup: HMAC-SHA-256, lowercase hex, over the canonical
 * JSON of the manifest without what differs each time (id, time, tool, journal head). The key, the
 * catalogue's salt, keeps digests of low-entropy configuration from being guessed.
 */
export function contentOf(
  manifest: Pick<BackupManifest, 'host' | 'identities' | 'members' | 'recipients'>,
  salt: string,
): string {
  const { host, identities, recipients } = manifest;
  const members = manifest.members.filter(({ purpose }) => purpose !== 'journal-head');
  // by way of JSON: interfaces carry no index signature
  const value = JSON.parse(JSON.stringify({ host, identities, members, recipients })) as JsonValue;
  return createHmac('sha256', Buffer.from(salt, 'hex')).update(canonicalJson(value)).digest('hex');
}
