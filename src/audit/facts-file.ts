import * as z from 'zod/mini';
import type { Snapshot } from '../core/fact.ts';
import { ValopsError } from '../lib/errors.ts';
import { decodeJson } from '../lib/json-document.ts';
import type { AuditFailure } from './report-document.ts';

const fact = z.union([
  z.object({ known: z.literal(true), value: z.unknown() }),
  z.object({ known: z.literal(false), reason: z.string() }),
]);
const login = z.object({
  user: z.string(),
  from: z.nullable(z.string()),
  to: z.nullable(z.object({ address: z.string(), port: z.int() })),
  keyFingerprint: z.nullable(z.string()),
});
const asked = z.object({
  name: z.string().check(z.minLength(1)),
  gatheredAt: z.iso.datetime(),
  roundTrips: z.int(),
  login,
  facts: z.record(z.string(), fact),
});
const failed = z.object({
  name: z.string(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.nullable(z.string()) }),
});
const document = z.object({ schema: z.literal('valops/facts/1'), hosts: z.array(z.union([asked, failed])) });

/**
 * Reads what `valops facts --json` printed, on this machine or another one: the hosts that were asked,
 * and those that could not be. Throws AUDIT_FACTS_INVALID.
 */
export function parseFacts(
  bytes: Uint8Array,
  path: string,
): { readonly snapshots: readonly Snapshot[]; readonly failures: readonly AuditFailure[] } {
  let hosts: z.infer<typeof document>['hosts'];
  try {
    hosts = document.parse(decodeJson(bytes)).hosts;
  } catch (cause) {
    throw new ValopsError('AUDIT_FACTS_INVALID', `"${path}" holds no facts of hosts`, {
      hint: 'Make it with: valops facts --host HOST --json > FILE',
      cause,
    });
  }
  return {
    snapshots: hosts.flatMap((one) =>
      'error' in one
        ? []
        : [
            {
              ...one,
              login: {
                user: one.login.user,
                from: one.login.from ?? undefined,
                to: one.login.to ?? undefined,
                keyFingerprint: one.login.keyFingerprint ?? undefined,
              },
              facts: one.facts,
            },
          ],
    ),
    failures: hosts.flatMap((one) => ('error' in one ? [{ host: one.name, ...one.error }] : [])),
  };
}
