import { basename } from 'node:path';
import { auditPolicy } from '../audit/declared-policy.ts';
import { changesOnly } from '../audit/changes-only.ts';
import type { ResolvedChecklist } from '../audit/checklist.ts';
import { checksOf, makeReport } from '../audit/make-report.ts';
import type { AuditPolicy } from '../audit/policy.ts';
import type { AuditFailure } from '../audit/report-document.ts';
import { encodeReport } from '../audit/report-file.ts';
import type { AuditReport } from '../audit/report.ts';
import { findChecklists, onlyPart } from '../audit/select.ts';
import { reaches } from '../audit/severity.ts';
import { latestReport, storeReport } from '../audit/store.ts';
import type { Config } from '../config/schema.ts';
import type { Context } from '../core/context.ts';
import type { Question, Snapshot } from '../core/fact.ts';
import { exitStatus, ValopsError } from '../lib/errors.ts';
import { read } from './arguments.ts';
import { readAttestations } from './audit-attestations.ts';
import { readBaselines } from './audit-baseline-state.ts';
import { readJournalHead } from './audit-journal.ts';
import { failOn, formatOf, labelOf } from './audit-options.ts';
import { auditOutcome } from './audit-output.ts';
import { pinsBeside } from './audit-pins.ts';
import { askedOnHost, askServices } from './audit-probe.ts';
import { signatureFor } from './audit-sign.ts';
import { storedSurroundings } from './audit-surroundings.ts';
import type { Options, Outcome } from './command.ts';
import { openHosts, type HostSelection } from './host-options.ts';

/** One host and what it answered, and how long that took in milliseconds. */
interface Asked {
  readonly snapshot: Snapshot;
  readonly took: number;
}

/** Who else wants to know what a run found. */
export interface AuditListener {
  /** False: as a rehearsal, the reports are not stored. */
  readonly stored: boolean;
  heard(reports: readonly AuditReport[], failures: readonly AuditFailure[]): Promise<void>;
}

/** `valops audit run`: every host by every checklist, each host in one round trip. */
export async function runAudit(
  context: Context,
  names: readonly string[],
  options: Options,
  listener?: AuditListener,
): Promise<Outcome> {
  const given = read(options);
  const format = formatOf(options);
  const least = failOn(options);
  const quiet = given.flag('changesOnly');
  const factsFile = given.text('facts');
  if (factsFile !== undefined && given.list('host').length > 0)
    throw new ValopsError('USAGE', '--facts and --host exclude each other', {
      hint: 'The file says which hosts its facts are of.',
    });
  const only = given
    .text('only')
    ?.split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  const selection = await openHosts(context, options);
  const { config } = selection;
  const checklists = findChecklists(names, config.audit).map((one) => (only === undefined ? one : onlyPart(one, only)));
  const now = context.clock.now();
  // a policy that cannot be is said before any host is asked
  auditPolicy(config, now);
  const pins = pinsBeside(context, options);
  const journalHead = await readJournalHead(context);
  const attestations = readAttestations(context);

  const { asked, failures } =
    factsFile === undefined
      ? await ask(context, selection, questionsOf(checklists, config, now), options)
      : await readFacts(context, factsFile);
  const whole = only === undefined && factsFile === undefined;
  const stored = whole && listener?.stored !== false;
  if (!whole && !quiet)
    context.events.emit({
      kind: 'note',
      message: `not stored: ${only === undefined ? 'judged from a file' : 'only a part of the checklist'}`,
    });
  const baselines = await readBaselines(
    context,
    asked.map(({ snapshot }) => snapshot.name),
  );
  const baselineOf = (host: string): Pick<AuditPolicy, 'baseline'> => {
    const baseline = baselines.get(host);
    return baseline === undefined ? {} : { baseline };
  };
  const reports = asked.flatMap(({ snapshot, took }) =>
    checklists.map((checklist): AuditReport => {
      const before = lastReport(context, snapshot.name, checklist.name);
      const started = context.clock.monotonic();
      const report = makeReport({
        checklist,
        snapshot,
        others: asked.map((one) => one.snapshot).filter((one) => one !== snapshot),
        policy: { ...auditPolicy(config, new Date(snapshot.gatheredAt)), ...pins, ...baselineOf(snapshot.name) },
        waivers: config.audit.waivers,
        attestations,
        before,
        now,
        durationMs: took,
        journalHead,
        tool: `${context.tool.name} ${context.tool.version}`,
      });
      return { ...report, durationMs: Math.round(took + context.clock.monotonic() - started) };
    }),
  );
  if (stored)
    for (const report of reports) {
      const bytes = encodeReport(report);
      storeReport(context.files, context.home, report, { bytes, signature: await signatureFor(context, bytes) });
    }
  await listener?.heard(reports, failures);
  if (format.name !== 'text')
    for (const { host, message } of failures) context.events.emit({ kind: 'warning', message: `${host}: ${message}` });
  const shown = quiet ? reports.flatMap((report) => changesOnly(report) ?? []) : reports;
  const found = shown.some(({ findings }) => findings.some((finding) => reaches(finding, least)));
  return auditOutcome(context, options, {
    reports,
    failures,
    shown,
    exitStatus: failures.length > 0 ? exitStatus.failed : found ? exitStatus.findings : exitStatus.done,
    surroundings: (which) => storedSurroundings(context, which, config),
  });
}

function questionsOf(
  checklists: readonly ResolvedChecklist[],
  config: Config,
  now: Date,
): readonly Question<unknown>[] {
  const policy = auditPolicy(config, now);
  return checklists.flatMap(checksOf).flatMap((check) => check.questions(policy));
}

async function ask(
  context: Context,
  { hosts, names, config }: HostSelection,
  questions: readonly Question<unknown>[],
  options: Options,
): Promise<{ readonly asked: readonly Asked[]; readonly failures: readonly AuditFailure[] }> {
  const { gather } = await import('../core/gather.ts');
  const { defaultFanOut, fanOut } = await import('../hosts/fan-out.ts');
  const quiet = read(options).flag('changesOnly');
  const title = names.length === 1 ? `asking ${hosts.nameOf(names[0])}` : `asking ${names.length} hosts`;
  if (!quiet) context.events.emit({ kind: 'activity', title, state: 'start' });
  const outcomes = await fanOut(names, defaultFanOut, async (name): Promise<Asked> => {
    const started = context.clock.monotonic();
    const host = await hosts.connect(name);
    try {
      const snapshot = await gather(host, askedOnHost(questions), context);
      const services = await askServices(context, host, questions, config.audit.services, options);
      return {
        snapshot: { ...snapshot, name: labelOf(context, name), facts: { ...snapshot.facts, ...services } },
        took: context.clock.monotonic() - started,
      };
    } finally {
      await host.close();
    }
  });
  if (!quiet) context.events.emit({ kind: 'activity', title, state: 'end' });
  const [single] = outcomes;
  if (outcomes.length === 1 && single !== undefined && 'error' in single) throw single.error;
  return {
    asked: outcomes.flatMap((outcome) => ('error' in outcome ? [] : [outcome.result])),
    failures: outcomes.flatMap((outcome) =>
      'error' in outcome
        ? [
            {
              host: labelOf(context, outcome.host),
              code: outcome.error.code,
              message: outcome.error.message,
              hint: outcome.error.hint ?? null,
            },
          ]
        : [],
    ),
  };
}

/** Bytes of a file of facts at most. */
const factsLimit = 64 * 1024 * 1024;

async function readFacts(
  { files }: Context,
  path: string,
): Promise<{ readonly asked: readonly Asked[]; readonly failures: readonly AuditFailure[] }> {
  const { parseFacts } = await import('../audit/facts-file.ts');
  const { snapshots, failures } = parseFacts(files.read(path, factsLimit), path);
  return { asked: snapshots.map((snapshot) => ({ snapshot, took: 0 })), failures };
}

/** A stored report that cannot be read is passed over, and said. */
function lastReport(context: Context, host: string, checklist: string): AuditReport | undefined {
  const { report, damaged } = latestReport(context.files, context.home, host, checklist);
  for (const path of damaged) {
    context.events.emit({
      kind: 'warning',
      message: `the report "${basename(path)}" of ${host} cannot be read: compared with the one before it`,
      hint: `Look at it and move it aside: ${path}`,
    });
  }
  return report;
}
