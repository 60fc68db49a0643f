import type { AuditReport } from '../audit/report.ts';
import { reportsDocument, type AuditFailure } from '../audit/report-document.ts';
import type { Context } from '../core/context.ts';
import type { ExitStatus } from '../lib/errors.ts';
import type { Style } from '../ui/style.ts';
import { read } from './arguments.ts';
import { formatOf } from './audit-options.ts';
import type { Options, Outcome } from './command.ts';

/** What is to be printed of reports, besides the document of `--json`. */
export interface AuditOutput {
  readonly reports: readonly AuditReport[];
  readonly failures: readonly AuditFailure[];
  /** Those worth printing; a file of `-o` gets all of them. */
  readonly shown: readonly AuditReport[];
  readonly exitStatus: ExitStatus;
}

/** Writes the file of `-o` and makes the outcome. Throws FILE_UNWRITABLE, FILE_NOT_PROVEN. */
export function auditOutcome(context: Context, options: Options, output: AuditOutput): Outcome {
  const { reports, failures, shown, exitStatus } = output;
  const format = formatOf(options);
  const path = read(options).text('output');
  const toFile = path !== undefined && path !== '-';
  if (toFile) {
    const plain = (text: string): string => text;
    const marks = { heading: plain, dim: plain, good: plain, warn: plain, bad: plain };
    const bytes = new TextEncoder().encode(format.render(reports, marks));
    context.files.replace(path, bytes, { mode: format.mode });
  }
  const failed = (style: Style): string =>
    failures
      .map(({ host, code, message }) => `${style.heading(host)}: ${style.bad('not audited')}: ${message} (${code})\n`)
      .join('');
  return {
    document: reportsDocument(reports, failures),
    text: (style) => {
      const rendered = toFile || shown.length === 0 ? '' : format.render(shown, style);
      // other formats are read by programs: what failed is said on standard error
      return format.name === 'text' ? rendered + failed(style) : rendered;
    },
    exitStatus,
  };
}
