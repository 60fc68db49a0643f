import { digestBytes } from '../../lib/digest.ts';
import { decodeJson } from '../../lib/json-document.ts';
import type { Files } from '../../core/files.ts';
import { ValopsError } from '../../lib/errors.ts';
import { parseReport } from '../report-file.ts';
import type { AuditReport } from '../report.ts';
import { verifyReport, type SignatureVerdict } from '../signing/report-signature.ts';

/** Bytes of a file of reports, and of a signature, at most. */
const [limit, signatureLimit] = [64 * 1024 * 1024, 64 * 1024];

/** Folders below one that was given are looked into that deep: `reports/HOST/FILE`, and one more. */
const deepest = 3;

/** A file of reports that was brought here. */
export interface CarriedFile {
  readonly path: string;
  /** Lowercase hex SHA-256 of its bytes. */
  readonly digest: string;
  readonly reports: readonly AuditReport[];
  /** Of `PATH.sig`; null: there is none. */
  readonly signature: SignatureVerdict | null;
}

/** The files that were named, and every `.json` in the directories that were. Sorted in each directory, none twice. A link that was named is followed, one below is not. */
export function reportPaths(
  files: Pick<Files, 'stat' | 'list' | 'realPath'>,
  given: readonly string[],
): readonly string[] {
  const below = (path: string, depth: number): readonly string[] => {
    if (files.stat(path)?.type !== 'directory') return depth === 0 || path.endsWith('.json') ? [path] : [];
    if (depth === deepest) return [];
    return files.list(path).flatMap((name) => below(`${path}/${name}`, depth + 1));
  };
  const start = (path: string): string => (files.stat(path)?.type === 'link' ? files.realPath(path) : path);
  return [...new Set(given.flatMap((path) => below(start(path.replace(/(?<=.)\/+$/, '')), 0)))];
}

/**
 * Reads one report, or the list of `valops/audit-reports/1`, and its signature. Throws
 * AUDIT_REPORT_INVALID, FILE_NOT_FOUND, FILE_UNREADABLE, FILE_TOO_LARGE.
 */
export function readCarriedFile(files: Pick<Files, 'read' | 'stat'>, path: string): CarriedFile {
  const bytes = files.read(path, limit);
  const beside = `${path}.sig`;
  const signature = files.stat(beside) === null ? null : verifyReport(bytes, files.read(beside, signatureLimit));
  const { sha256: digest } = digestBytes(bytes);
  return { path, digest, reports: parseReports(bytes, path), signature };
}

function parseReports(bytes: Uint8Array, path: string): readonly AuditReport[] {
  const listed = listOf(bytes);
  if (listed === undefined) return [parseReport(bytes, path)];
  if (listed.length === 0)
    throw new ValopsError('AUDIT_REPORT_INVALID', `"${path}" holds no report`, { hint: 'Leave it out.' });
  return listed.map((one) => parseReport(new TextEncoder().encode(JSON.stringify(one)), path));
}

/** The reports of a list; undefined: it is no list, and one report or damaged. */
function listOf(bytes: Uint8Array): readonly unknown[] | undefined {
  try {
    const value: unknown = decodeJson(bytes);
    if (typeof value !== 'object' || value === null || !('schema' in value) || !('reports' in value)) return undefined;
    return value.schema === 'valops/audit-reports/1' && Array.isArray(value.reports) ? value.reports : undefined;
  } catch {
    return undefined;
  }
}
