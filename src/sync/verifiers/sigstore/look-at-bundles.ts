import type { KeyObject } from 'node:crypto';
import type { Artifact } from '../../verifier.ts';
import { bundleFromJSON, type TrustedRoot } from '../sigstore-library.ts';
import { readJsonDocuments } from './json-documents.ts';
import { type BundleClaims, verifyBundle } from './verify-bundle.ts';

/** Most bundles looked at in one file. */
const most = 64;

/** What the bundles of one file say: the claims of the good ones, and why the others are not. */
export interface BundleFindings {
  readonly good: readonly BundleClaims[];
  readonly faults: readonly string[];
}

/**
 * Verifies each bundle of a file (one JSON document, or one to a line) against the saved roots; one
 * root that vouches for it suffices.
 */
export async function lookAtBundles(
  file: { readonly name: string; readonly bytes: Uint8Array },
  roots: readonly TrustedRoot[],
  subject: Artifact,
  key?: KeyObject,
): Promise<BundleFindings> {
  const documents = readJsonDocuments(file.bytes);
  if (documents === undefined) return { good: [], faults: [`"${file.name}" is no JSON`] };
  if (documents.length > most) return { good: [], faults: [`"${file.name}" holds more than ${most} bundles`] };
  const good: BundleClaims[] = [];
  const faults: string[] = [];
  for (const [index, document] of documents.entries()) {
    const where = documents.length === 1 ? `"${file.name}"` : `bundle ${index + 1} of "${file.name}"`;
    let fault = 'there is no trusted root';
    for (const root of roots) {
      try {
        good.push(await verifyBundle(bundleFromJSON(document), root, subject, key));
        fault = '';
        break;
      } catch (error) {
        fault = error instanceof Error ? withCause(error) : String(error);
      }
    }
    if (fault !== '') faults.push(`${where}: ${fault}`);
  }
  return { good, faults };
}

function withCause(error: Error): string {
  // the library stumbles over a member that is not there: nothing an operator could read
  if (error instanceof TypeError) return 'it is malformed, a part of it is missing';
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
