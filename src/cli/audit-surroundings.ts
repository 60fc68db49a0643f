import { checklistDue } from '../audit/due.ts';
import type { AuditReport } from '../audit/report.ts';
import { allChecklists } from '../audit/select.ts';
import { readReportKey } from '../audit/signing/report-key.ts';
import { verifyReport } from '../audit/signing/report-signature.ts';
import { listReports, readReport } from '../audit/store.ts';
import type { Signature, Standing, Surroundings } from '../audit/surroundings.ts';
import type { Config } from '../config/schema.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';

/** Reports of one host and checklist a trend goes back: a year of weeks. */
const longest = 53;

/** Bytes of a report and of a signature at most. */
const [limit, signatureLimit] = [64 * 1024 * 1024, 64 * 1024];

/** What the store of this home tells of its reports: those before them, their signatures, whether they are late. */
export function storedSurroundings(context: Context, reports: readonly AuditReport[], config: Config): Surroundings {
  const now = context.clock.now();
  const own = ownKey(context);
  const checklists = allChecklists(config.audit);
  return {
    now,
    earlier: reports.flatMap((report) => before(context, report)),
    standings: new Map(
      reports.map((report): [AuditReport, Standing] => {
        const declared = checklists.find(({ name }) => name === report.checklist) ?? { name: report.checklist };
        const due = checklistDue(declared, report.host, new Date(report.startedAt), now);
        const signature = signatureOf(context, report, own);
        return [
          report,
          { ...(due?.late === true ? { late: due.reason } : {}), ...(signature === undefined ? {} : { signature }) },
        ];
      }),
    ),
    remarks: [],
  };
}

/** The key that verifies what this home stored; one that cannot be read proves nothing, and the next run says so. */
function ownKey(context: Context): string | undefined {
  try {
    return readReportKey(context)?.fingerprint;
  } catch (error) {
    if (error instanceof ValopsError) return undefined;
    throw error;
  }
}

function before({ files, home }: Context, report: AuditReport): readonly AuditReport[] {
  return listReports(files, home, report.host, report.checklist)
    .filter(({ at }) => at.getTime() < Date.parse(report.startedAt))
    .slice(-longest)
    .flatMap(({ path }): readonly AuditReport[] => {
      try {
        return [readReport(files, path)];
      } catch (error) {
        if (error instanceof ValopsError) return [];
        throw error;
      }
    });
}

/** Undefined: the report is not stored. */
function signatureOf({ files, home }: Context, report: AuditReport, own: string | undefined): Signature | undefined {
  const stored = listReports(files, home, report.host, report.checklist).find(
    ({ at }) => at.getTime() === Date.parse(report.startedAt),
  );
  if (stored === undefined) return undefined;
  if (files.stat(`${stored.path}.sig`) === null) return { state: 'unsigned' };
  const verdict = verifyReport(files.read(stored.path, limit), files.read(`${stored.path}.sig`, signatureLimit));
  if (!verdict.valid) return { state: 'broken', reason: verdict.reason };
  const { fingerprint: key } = verdict;
  if (key === own) return { state: 'own', key };
  return { state: 'broken', reason: `it is by ${key}, not by the key of this home` };
}
