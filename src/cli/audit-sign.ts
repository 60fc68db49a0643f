import { ensureReportKey } from '../audit/signing/report-key.ts';
import { signReport } from '../audit/signing/report-signature.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';

/**
 * The text of `FILE.sig` for a file of reports, by the key of this home. Null, with a warning, when
 * there is no key and none can be made: a report without a signature is better than none.
 */
export async function signatureFor(context: Context, report: Uint8Array): Promise<Uint8Array | null> {
  try {
    return new TextEncoder().encode(signReport(await ensureReportKey(context), report));
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    context.events.emit({
      kind: 'warning',
      message: `the report is not signed: ${error.message}`,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
    return null;
  }
}
