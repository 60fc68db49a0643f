import { readCarriedFile, reportPaths, type CarriedFile } from '../audit/fleet/carried-file.ts';
import { judgeSigners, type Refused } from '../audit/fleet/judge-signers.ts';
import { mergeReports, type Fleet } from '../audit/fleet/merge.ts';
import type { AuditReport } from '../audit/report.ts';
import { allChecklists, findChecklists } from '../audit/select.ts';
import { readReportKey } from '../audit/signing/report-key.ts';
import type { Signer } from '../audit/signing/signers.ts';
import type { Remark, Standing } from '../audit/surroundings.ts';
import type { Context } from '../core/context.ts';
import { exitStatus, ValopsError, type ExitStatus } from '../lib/errors.ts';
import { read } from './arguments.ts';
import { formatOf } from './audit-options.ts';
import { auditOutcome } from './audit-output.ts';
import { fleetDocument, fleetTable } from './audit-fleet-table.ts';
import { addSigners, readSigners, signersPath } from './audit-signers.ts';
import type { Options, Outcome } from './command.ts';
import { openHosts } from './host-options.ts';

/** A file that could not be read at all. */
interface Damaged {
  readonly path: string;
  readonly error: ValopsError;
}

/**
 * `valops audit report --merge`: reports of many hosts, carried here as files, as one page. Exit 4 when
 * one was refused, 1 when one could not be read, 3 when a host is late or silent; what is left is
 * shown in any case. Throws when nothing is.
 */
export async function mergeReportFiles(context: Context, names: readonly string[], options: Options): Promise<Outcome> {
  formatOf(options);
  const given = read(options);
  const { names: chosen, config } = await openHosts(context, options);
  findChecklists(names, config.audit);
  const only = given.list('host').length > 0 ? chosen.filter((name) => name !== undefined) : undefined;
  const { carried, damaged } = readAll(context, given.list('merge'));
  const wanted = carried.map((file) => ({
    ...file,
    reports: file.reports
      .filter(({ host }) => only?.includes(host) ?? true)
      .filter(({ checklist }) => names.length === 0 || names.includes(checklist)),
  }));
  const trusted = given.list('trustKey');
  requireOffered(trusted, carried);
  const pinned = readSigners(context);
  const { accepted, refused, pins } = judgeSigners(wanted, {
    pinned,
    given: trusted,
    own: readReportKey(context)?.fingerprint,
  });
  if (accepted.length === 0) throw nothingLeft(context, refused, damaged);
  const now = context.clock.now();
  const fleet = mergeReports(accepted, allChecklists(config.audit), only ?? Object.keys(config.hosts), now);
  await addSigners(context, pins, now);
  const remarks = [
    ...refused.map(({ path, reason }): Remark => ({ kind: 'refused', subject: path, text: reason })),
    ...damaged.map(({ path, error }): Remark => ({ kind: 'damaged', subject: path, text: error.message })),
    ...fleet.remarks,
    ...pins.map((pin): Remark => ({
      kind: 'pinned',
      subject: pin.principal,
      text: pinnedText(pin, [...pinned, ...pins]),
    })),
  ];
  say(context, remarks);
  const reports = fleet.entries.map(({ report }) => report);
  return auditOutcome(context, options, {
    reports,
    failures: [],
    shown: reports,
    exitStatus: statusOf(refused, damaged, fleet),
    surroundings: () => ({ now, earlier: fleet.earlier, standings: standingsOf(fleet), remarks }),
    document: fleetDocument(fleet, remarks),
    preface: (style) => fleetTable(fleet, remarks, style),
  });
}

function readAll(
  { files }: Context,
  given: readonly string[],
): { readonly carried: readonly CarriedFile[]; readonly damaged: readonly Damaged[] } {
  const read = reportPaths(files, given).map((path): CarriedFile | Damaged => {
    try {
      return readCarriedFile(files, path);
    } catch (error) {
      if (error instanceof ValopsError) return { path, error };
      throw error;
    }
  });
  return {
    carried: read.filter((one): one is CarriedFile => 'reports' in one),
    damaged: read.filter((one): one is Damaged => 'error' in one),
  };
}

/** A key that signs nothing here is a slip of the pen, and would be trusted by nobody's decision. */
function requireOffered(trusted: readonly string[], carried: readonly CarriedFile[]): void {
  const offered = new Set(
    carried.flatMap(({ signature }) => (signature?.valid === true ? [signature.fingerprint] : [])),
  );
  const missing = trusted.find((key) => !offered.has(key));
  if (missing === undefined) return;
  throw new ValopsError('USAGE', `--trust-key is "${missing}", which signs none of these files`, {
    hint: 'Print it on the host: ssh-keygen -lf ~/.valops/audit/report-key.pub',
  });
}

/** A key that speaks for other hosts too may be of the workstation that audits them all, or of one host that should not. */
function pinnedText({ principal, fingerprint }: Signer, signers: readonly Signer[]): string {
  const others = signers.filter((one) => one.fingerprint === fingerprint && one.principal !== principal);
  const names = [...new Set(others.map((one) => one.principal))].sort();
  return names.length === 0 ? fingerprint : `${fingerprint}, which signs those of "${names.join('", "')}" as well`;
}

function standingsOf({ entries }: Fleet): ReadonlyMap<AuditReport, Standing> {
  return new Map(
    entries.map(({ report, signature, due }) => [
      report,
      { signature, ...(due?.late === true ? { late: due.reason } : {}) },
    ]),
  );
}

function statusOf(refused: readonly Refused[], damaged: readonly Damaged[], { entries, remarks }: Fleet): ExitStatus {
  if (refused.length > 0 || remarks.some(({ kind }) => kind === 'contradicts')) return exitStatus.refused;
  if (damaged.length > 0) return exitStatus.failed;
  const late = entries.some(({ due }) => due?.late === true) || remarks.some(({ kind }) => kind === 'silent');
  return late ? exitStatus.findings : exitStatus.done;
}

function nothingLeft(context: Context, refused: readonly Refused[], damaged: readonly Damaged[]): ValopsError {
  const [first] = refused;
  if (first !== undefined) {
    say(
      context,
      refused.slice(1).map(({ path, reason }): Remark => ({ kind: 'refused', subject: path, text: reason })),
    );
    return new ValopsError(first.code, `"${first.path}" is refused: ${first.reason}`, {
      hint: hintFor(context, first),
    });
  }
  if (damaged[0] !== undefined) {
    say(
      context,
      damaged.slice(1).map(({ path, error }): Remark => ({ kind: 'damaged', subject: path, text: error.message })),
    );
    return damaged[0].error;
  }
  return new ValopsError('FILE_NOT_FOUND', 'there is no report of these hosts and checklists among the files', {
    hint: 'Reports are the .json files below reports/ in VALOPS_HOME of each host: scp -r HOST:.valops/reports .',
  });
}

function hintFor(context: Context, { code }: Pick<Refused, 'code'>): string {
  if (code === 'AUDIT_REPORT_UNSIGNED') return 'Bring FILE.sig along with FILE.';
  if (code === 'AUDIT_REPORT_FORGED') return 'Bring FILE and FILE.sig anew, and find out who changed them on the way.';
  return `Ask on the host itself: ssh-keygen -lf ~/.valops/audit/report-key.pub - then, if it is that one: --trust-key SHA256:… (pinned keys: ${signersPath(context.home)})`;
}

/** Everything but what is as it should be, on standard error: other formats are read by programs. */
function say(context: Context, remarks: readonly Remark[]): void {
  for (const { kind, subject, text } of remarks) {
    if (kind === 'older') continue;
    const message = `${subject}: ${kind === 'damaged' ? text : `${kind}: ${text}`}`;
    if (kind === 'duplicate') context.events.emit({ kind: 'note', message });
    else if (kind === 'pinned')
      context.events.emit({
        kind: 'warning',
        message: `reports of "${subject}" are trusted from now on when they are signed by ${text}`,
        hint: 'Compare it on the host: ssh-keygen -lf ~/.valops/audit/report-key.pub',
      });
    else context.events.emit({ kind: 'warning', message });
  }
}
