import * as z from 'zod/mini';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson } from '../lib/json-document.ts';

const attestation = z.strictObject({
  item: z.string().check(z.regex(/^manual\.[a-z0-9-]+$/)),
  /** Login name of who signed it off. */
  by: z.string(),
  at: z.iso.datetime(),
  nextDue: z.iso.datetime(),
  note: z.optional(z.string()),
  evidence: z.optional(
    z.strictObject({ file: z.string(), sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)), size: z.int() }),
  ),
});
const document = z.strictObject({
  schema: z.literal('valops/attestations/1'),
  attestations: z.array(attestation),
});

/** That a person looked at a manual item: who, when, with which evidence, and when it is due again. */
export type Attestation = z.infer<typeof attestation>;

/** Reads `attestations.json`, oldest first. Throws AUDIT_STATE_INVALID. */
export function parseAttestations(bytes: Uint8Array, path: string): readonly Attestation[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return document.parse(JSON.parse(text)).attestations;
  } catch (cause) {
    throw new ValopsError('AUDIT_STATE_INVALID', `"${path}" is not a list of attestations`, {
      hint: 'Move it aside and sign off again; what was signed off before is in the journal: valops journal show',
      cause,
    });
  }
}

/** The file of all attestations: indented JSON, one final newline. */
export function encodeAttestations(attestations: readonly Attestation[]): Uint8Array {
  const value = { schema: 'valops/attestations/1', attestations };
  return encodeJson(value);
}

/** The latest attestation of an item that is not dated after `now`; undefined: nobody signed it off yet. */
export function latestAttestation(
  attestations: readonly Attestation[],
  item: string,
  now: Date,
): Attestation | undefined {
  return attestations
    .filter((one) => one.item === item && Date.parse(one.at) <= now.getTime())
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .at(-1);
}
