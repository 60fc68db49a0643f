import type { ErrorCode } from '../../lib/errors.ts';
import type { AuditReport } from '../report.ts';
import { signerOf, type Signer } from '../signing/signers.ts';
import type { Signature } from '../surroundings.ts';
import type { CarriedFile } from './carried-file.ts';

/** By whose keys reports may be signed. */
export interface Trust {
  /** Pinned before. */
  readonly pinned: readonly Signer[];
  /** Fingerprints an operator compared and gives now. */
  readonly given: readonly string[];
  /** Of this home's own key, if it has one. */
  readonly own: string | undefined;
}

/** A report that counts. */
export interface Accepted {
  readonly report: AuditReport;
  readonly path: string;
  readonly signature: Signature;
}

/** A report that does not count, and why. */
export interface Refused {
  readonly path: string;
  readonly host: string;
  readonly code: Extract<ErrorCode, 'AUDIT_REPORT_FORGED' | 'AUDIT_REPORT_UNSIGNED' | 'AUDIT_SIGNER_CHANGED'>;
  readonly reason: string;
}

/** What came of the signatures. */
export interface SignerVerdict {
  readonly accepted: readonly Accepted[];
  readonly refused: readonly Refused[];
  /** To be pinned from now on. */
  readonly pins: readonly Signer[];
}

/**
 * Decides which reports count. The first key that signs for a host is pinned; after that, no other
 * key's report and no unsigned one counts for it: a signature could be left away as well as forged.
 * Pure.
 */
export function judgeSigners(files: readonly CarriedFile[], { pinned, given, own }: Trust): SignerVerdict {
  const pins = newPins(files, { pinned, given, own });
  const keysOf = (host: string, all: readonly Signer[]): readonly string[] =>
    all
      .filter(({ principal }) => principal === signerOf(host, new Uint8Array(0)).principal)
      .map((one) => one.fingerprint);
  const judged = files.flatMap(({ path, reports, signature }) =>
    reports.map((report): Accepted | Refused => {
      const { host } = report;
      const refuse = (code: Refused['code'], reason: string): Refused => ({ path, host, code, reason });
      const [before, now] = [keysOf(host, pinned), keysOf(host, pins)];
      const expected = [...new Set([...before, ...now])];
      if (signature === null) {
        if (expected.length === 0) return { report, path, signature: { state: 'unsigned' } };
        return refuse(
          'AUDIT_REPORT_UNSIGNED',
          `it has no signature, and reports of "${host}" are signed by ${expected.join(' or ')}`,
        );
      }
      if (!signature.valid) return refuse('AUDIT_REPORT_FORGED', signature.reason);
      const { fingerprint: key } = signature;
      if (key === own) return { report, path, signature: { state: 'own', key } };
      if (before.includes(key)) return { report, path, signature: { state: 'verified', key } };
      if (given.includes(key)) return { report, path, signature: { state: 'verified', key } };
      if (now.includes(key)) return { report, path, signature: { state: 'first-seen', key } };
      const known = expected.length === 0 ? 'and another key signs for it too' : `expected ${expected.join(' or ')}`;
      return refuse('AUDIT_SIGNER_CHANGED', `"${host}" is signed for by ${key}, ${known}`);
    }),
  );
  return {
    accepted: judged.filter((one): one is Accepted => 'report' in one),
    refused: judged.filter((one): one is Refused => 'code' in one),
    pins,
  };
}

/** Keys that were given for the hosts they sign for; and the key of a host that has none, if it is the only one. */
function newPins(files: readonly CarriedFile[], { pinned, given, own }: Trust): readonly Signer[] {
  const offered = new Map<string, Map<string, Signer>>();
  for (const { reports, signature } of files) {
    if (signature?.valid !== true) continue;
    for (const { host } of reports) {
      const signer = signerOf(host, signature.publicKey);
      if (signer.fingerprint === own) continue;
      offered.set(signer.principal, (offered.get(signer.principal) ?? new Map()).set(signer.fingerprint, signer));
    }
  }
  return [...offered].flatMap(([principal, signers]): readonly Signer[] => {
    const known = new Set(pinned.filter((one) => one.principal === principal).map(({ fingerprint }) => fingerprint));
    const trusted = [...signers.values()].filter(
      ({ fingerprint }) => given.includes(fingerprint) && !known.has(fingerprint),
    );
    if (trusted.length > 0 || known.size > 0) return trusted;
    return signers.size === 1 ? [...signers.values()] : [];
  });
}
