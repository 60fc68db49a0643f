import { join } from 'node:path';
import type { Home } from '../core/context.ts';
import type { Files } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { hostFileName } from './host-file-name.ts';
import { parseReport } from './report-file.ts';
import type { AuditReport } from './report.ts';

/** Bytes of a report at most. */
const limit = 64 * 1024 * 1024;

/** A stored report by its name. */
export interface StoredReport {
  readonly path: string;
  readonly checklist: string;
  /** When the host was asked. */
  readonly at: Date;
}

/** Where the reports of a host lie. */
export function reportDirectory(home: Home, host: string): string {
  return join(home.path, 'reports', hostFileName(host));
}

/**
 * Stores the bytes of a report under a name of its own, 0600, and its signature beside it as `.sig`; nothing that is
 * there is ever replaced. Answers the path. Throws what `Files.create` throws: FILE_EXISTS,
 * FILE_UNWRITABLE, FILE_NOT_PROVEN.
 */
export function storeReport(
  files: Files,
  home: Home,
  report: Pick<AuditReport, 'checklist' | 'host' | 'startedAt'>,
  { bytes, signature }: { readonly bytes: Uint8Array; readonly signature: Uint8Array | null },
): string {
  const directory = reportDirectory(home, report.host);
  files.ensureDirectory(directory, { mode: 0o700 });
  const time = new Date(report.startedAt).toISOString().replaceAll(/[-:.]/g, '');
  const path = join(directory, `${report.checklist}-${time}.json`);
  // the signature first: should the power fail in between, it is not the report that lacks it
  if (signature !== null) files.create(`${path}.sig`, signature, { mode: 0o600 });
  files.create(path, bytes, { mode: 0o600 });
  return path;
}

/** The reports of a host by their names, oldest first; of one checklist where it is given. */
export function listReports(files: Files, home: Home, host: string, checklist?: string): readonly StoredReport[] {
  const directory = reportDirectory(home, host);
  return files
    .list(directory)
    .flatMap((name): readonly StoredReport[] => {
      const [, of = '', ...time] =
        /^([a-z0-9][a-z0-9-]*)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.json$/.exec(name) ?? [];
      const [year, month, day, hour, minute, second, thousandth] = time;
      const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${thousandth}Z`);
      if (of === '' || Number.isNaN(at.getTime()) || (checklist !== undefined && of !== checklist)) return [];
      return [{ path: join(directory, name), checklist: of, at }];
    })
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

/** Reads a report file. Throws AUDIT_REPORT_INVALID, FILE_NOT_FOUND, FILE_UNREADABLE, FILE_TOO_LARGE. */
export function readReport(files: Files, path: string): AuditReport {
  return parseReport(files.read(path, limit), path);
}

/**
 * The latest report of a host and checklist that can be read. `damaged` names those after it that
 * cannot: a broken file must not keep the next audit from running.
 */
export function latestReport(
  files: Files,
  home: Home,
  host: string,
  checklist: string,
): { readonly report: AuditReport | undefined; readonly damaged: readonly string[] } {
  const damaged: string[] = [];
  for (const { path } of listReports(files, home, host, checklist).toReversed()) {
    try {
      return { report: readReport(files, path), damaged };
    } catch (error) {
      if (!(error instanceof ValopsError)) throw error;
      damaged.push(path);
    }
  }
  return { report: undefined, damaged };
}
