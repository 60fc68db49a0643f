import type { Marks } from '../audit/formats/format.ts';
import type { AuditReport } from '../audit/report.ts';
import { reportsDocument, type AuditFailure } from '../audit/report-document.ts';
import type { Surroundings } from '../audit/surroundings.ts';
import type { Context } from '../core/context.ts';
import type { Document } from '../core/result.ts';
import type { ExitStatus } from '../lib/errors.ts';
import { plainStyle, type Style } from '../ui/style.ts';
import { read } from './arguments.ts';
import { formatOf } from './audit-options.ts';
import { signatureFor } from './audit-sign.ts';
import type { Options, Outcome } from './command.ts';

/** What is to be printed of reports, besides the document of `--json`. */
export interface AuditOutput {
  readonly reports: readonly AuditReport[];
  readonly failures: readonly AuditFailure[];
  /** Those worth printing; a file of `-o` gets all of them. */
  readonly shown: readonly AuditReport[];
  readonly exitStatus: ExitStatus;
  /** Asked for where the format tells what came before. */
  readonly surroundings?: (reports: readonly AuditReport[]) => Surroundings;
  /** In place of the document made of the reports. */
  readonly document?: Document;
  /** What the text format says above the reports. */
  readonly preface?: (style: Style) => string;
}

/**
 * Writes the file of `-o`, and the signature of one that can be merged, and makes the outcome. Throws
 * FILE_UNWRITABLE, FILE_NOT_PROVEN.
 */
export async function auditOutcome(context: Context, options: Options, output: AuditOutput): Promise<Outcome> {
  const { reports, failures, shown, exitStatus } = output;
  const format = formatOf(options);
  const path = read(options).text('output');
  const render = (which: readonly AuditReport[], style: Marks): string =>
    format.render(which, style, format.tellsHistory === true ? output.surroundings?.(which) : undefined);
  const toFile = path !== undefined && path !== '-';
  if (toFile) {
    const style = plainStyle(false);
    const preface = format.name === 'text' ? (output.preface?.(style) ?? '') : '';
    const bytes = new TextEncoder().encode(preface + render(reports, style));
    const signature = format.name === 'json' ? await signatureFor(context, bytes) : null;
    context.files.replace(path, bytes, { mode: format.mode });
    if (signature !== null) context.files.replace(`${path}.sig`, signature, { mode: format.mode });
    // that of an earlier report would make this one look forged
    else if (format.name === 'json') context.files.remove(`${path}.sig`);
  }
  const failed = (style: Style): string =>
    failures
      .map(({ host, code, message }) => `${style.heading(host)}: ${style.bad('not audited')}: ${message} (${code})\n`)
      .join('');
  return {
    document: output.document ?? reportsDocument(reports, failures),
    text: (style) => {
      const rendered = toFile || shown.length === 0 ? '' : render(shown, style);
      // other formats are read by programs: what failed is said on standard error
      return format.name === 'text' ? (output.preface?.(style) ?? '') + rendered + failed(style) : rendered;
    },
    exitStatus,
  };
}
