import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../lib/canonical-json.ts';
import type { AuditPolicy } from './policy.ts';

/** Lowercase hex SHA-256 over the canonical JSON of a policy without its time and baseline: two reports are judged alike when it is the same. */
export function policyDigest(policy: AuditPolicy): string {
  const { now: _, baseline: _accepted, ...lasting } = policy;
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(lasting)) as JsonValue))
    .digest('hex');
}
