import * as z from 'zod/mini';
import { ValopsError } from '../../../lib/errors.ts';
import { TrustedRoot } from '../sigstore-library.ts';
import { readJsonDocuments } from './json-documents.ts';

const base64 = z.string().check(z.regex(/^[A-Za-z0-9+/]+={0,2}$/));
const moment = z.string().check(z.refine((text) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))));
/** The library takes a missing start for "always": for a key that must not happen silently. */
const period = z.object({ start: moment, end: z.nullish(moment) });
const log = z.object({
  baseUrl: z.string(),
  logId: z.object({ keyId: base64 }),
  publicKey: z.object({ rawBytes: base64, keyDetails: z.string(), validFor: period }),
});
const authority = z.object({
  certChain: z.object({ certificates: z.array(z.object({ rawBytes: base64 })).check(z.minLength(1)) }),
  validFor: period,
});
/** The shape of `TrustedRoot` in sigstore/protobuf-specs, as far as a judgement rests on it. */
const shape = z.object({
  mediaType: z
    .string()
    .check(z.regex(/^application\/vnd\.dev\.sigstore\.trustedroot(?:\.v\d\.\d\+json|\+json;version=\d\.\d)$/)),
  tlogs: z.array(log).check(z.minLength(1)),
  certificateAuthorities: z.optional(z.array(authority)),
  ctlogs: z.optional(z.array(log)),
  timestampAuthorities: z.optional(z.array(authority)),
});

/**
 * Reads a saved trusted root: one JSON document, or one to a line (`trusted_root.jsonl`). Throws
 * SYNC_VERIFIER_BLIND when one of them is not whole.
 */
export function readTrustedRoots(bytes: Uint8Array, name: string): readonly TrustedRoot[] {
  const documents = readJsonDocuments(bytes);
  if (documents === undefined) throw unreadable(name, 'it is no JSON');
  return documents.map((document) => {
    const read = shape.safeParse(document);
    if (!read.success) {
      const [issue] = read.error.issues;
      throw unreadable(name, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown fault'}`);
    }
    try {
      return TrustedRoot.fromJSON(document);
    } catch (cause) {
      throw unreadable(name, cause instanceof Error ? cause.message : String(cause), cause);
    }
  });
}

function unreadable(name: string, problem: string, cause?: unknown): ValopsError {
  return new ValopsError('SYNC_VERIFIER_BLIND', `sigstore: "${name}" is no trusted root: ${problem}`, {
    hint: `Save it again where there is a network: gh attestation trusted-root > ${name}`,
    cause,
  });
}
