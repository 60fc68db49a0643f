import { join, resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import { digestFile } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson } from '../lib/json-document.ts';
import { readCatalogue, updateCatalogue } from './catalogue-file.ts';
import type { Catalogue, DrillVerdict } from './catalogue.ts';
import { drillBackup, type DrilledBackup, type DrillOpening, type DrillTarget } from './drill-backup.ts';
import { judgeDrill, type DrillJudgement } from './drill-judge.ts';
import type { BackupManifest } from './manifest.ts';
import { withOpeningKeys, type OpeningArguments } from './open-backup-keys.ts';
import type { BackupPolicy } from './policy.ts';

/** What a drill is asked for. */
export interface DrillRequest extends OpeningArguments {
  /** Backups; every backup of the catalogue when empty. */
  readonly files: readonly string[];
  readonly policy: BackupPolicy['drill'];
}

/** A drill, as it is reported. */
export interface Drill extends DrillJudgement {
  readonly at: string;
  readonly host: string;
  readonly tool: string;
  /** `every` in milliseconds. */
  readonly policy: BackupPolicy['drill'];
  readonly backups: readonly DrilledBackup[];
  readonly keys: readonly {
    readonly source: string;
    readonly fingerprints: readonly string[];
    readonly opened: number;
  }[];
  /** After the drill was journalled: what a later journal must still contain. */
  readonly journalHead: BackupManifest['journalHead'];
}

/**
 * Opens backups with every key that was given, whole and in memory only, derives each public id
 * again, and records a dated verdict for each backup and recipient class in catalogue and journal,
 * and the whole as `$VALOPS_HOME/reports/drill-<time>.json` (0600). Answers the report and its path.
 * What fails to open is a verdict; thrown are FILE_NOT_FOUND for a named file, BACKUP_CATALOGUE_BROKEN,
 * USAGE without a key, the ESCROW_ codes, and what a key throws of itself.
 */
export async function drillBackups(
  context: Context,
  request: DrillRequest,
): Promise<{ readonly drill: Drill; readonly reportFile: string }> {
  const targets = await targetsOf(context, request.files);
  const { policy } = request;
  const made = await withOpeningKeys(
    context,
    request,
    { action: 'backup.drill', purpose: 'drill', details: { opens: targets.flatMap(({ paths }) => paths) } },
    async (keys, note) => {
      const backups = await drillAll(context, targets, { keys, note }, policy);
      const verdicts = backups.flatMap((one) => one.verdicts);
      const catalogue = record(context, backups, verdicts);
      const now = context.clock.now();
      const facts = { drilled: backups, backups: catalogue.backups, verdicts: catalogue.drills, policy };
      return {
        at: now.toISOString(),
        ...judgeDrill({ ...facts, now: now.getTime() }),
        backups,
        keys: keys.map(({ source, fingerprints }) => ({
          source,
          fingerprints,
          opened: backups.filter(({ openedBy }) => openedBy.includes(source)).length,
        })),
      };
    },
    ({ verdict, backups }) => ({
      verdict,
      backups: backups.map(({ backup, path, verdicts, problems }) => ({
        ...{ backup, path, problems: [...problems] },
        passed: verdicts.filter(({ passed }) => passed).map((one) => one.class),
        failed: verdicts.filter(({ passed }) => !passed).map((one) => one.class),
      })),
    }),
  );
  const drill: Drill = {
    ...made,
    host: context.machine.hostname(),
    tool: `${context.tool.name} ${context.tool.version}`,
    policy,
    journalHead: context.journal.head(),
  };
  return { drill, reportFile: writeReport(context, drill) };
}

async function targetsOf(context: Context, files: readonly string[]): Promise<readonly DrillTarget[]> {
  const known = readCatalogue(context)?.backups ?? [];
  if (files.length === 0) return known.map((entry) => ({ entry, paths: entry.copies.map(({ path }) => path) }));
  const targets: DrillTarget[] = [];
  for (const file of files) {
    const path = resolve(file);
    if (context.files.stat(path) === null) {
      throw new ValopsError('FILE_NOT_FOUND', `there is no backup at "${file}"`, {
        hint: 'Mount the medium, or leave the name out to drill every backup of the catalogue.',
      });
    }
    const { sha256 } = await digestFile(context, path);
    // by name where the bytes are no longer what they were
    const entry =
      known.find((one) => one.sha256 === sha256) ??
      known.find(({ copies }) => copies.some((copy) => copy.path === path));
    targets.push({ entry: entry ?? null, paths: [path] });
  }
  return targets;
}

async function drillAll(
  context: Context,
  targets: readonly DrillTarget[],
  opening: DrillOpening,
  { classes }: BackupPolicy['drill'],
): Promise<readonly DrilledBackup[]> {
  const titled = targets.map((target, index) => ({
    target,
    step: { id: String(index), title: `opening ${target.entry?.file ?? target.paths[0] ?? ''}` },
  }));
  context.events.emit({ kind: 'steps', steps: titled.map(({ step }) => step) });
  const drilled: DrilledBackup[] = [];
  for (const { target, step } of titled) {
    context.events.emit({ kind: 'step', ...step, state: 'start' });
    const one = await drillBackup(context, target, opening, classes);
    drilled.push(one);
    const isGood = one.problems.length === 0 && one.verdicts.every(({ passed }) => passed);
    context.events.emit({ kind: 'step', ...step, state: one.path === null ? 'skipped' : isGood ? 'done' : 'failed' });
  }
  return drilled;
}

/** Adds the verdicts to the catalogue, and that the copies which opened were read whole. */
function record(
  context: Context,
  drilled: readonly DrilledBackup[],
  verdicts: readonly DrillVerdict[],
): Pick<Catalogue, 'backups' | 'drills'> {
  if (verdicts.length === 0) return readCatalogue(context) ?? { backups: [], drills: [] };
  const whole = new Map(
    drilled.flatMap(({ path, verdicts: own }) => {
      const passed = own.find((one) => one.passed);
      return path === null || passed === undefined ? [] : [[path, passed.at] as const];
    }),
  );
  return updateCatalogue(context, (now) => ({
    ...now,
    backups: now.backups.map((entry) => ({
      ...entry,
      copies: entry.copies.map((copy) => ({ ...copy, verifiedAt: whole.get(copy.path) ?? copy.verifiedAt })),
    })),
    drills: [...now.drills, ...verdicts],
  }));
}

function writeReport(context: Context, drill: Drill): string {
  const directory = join(context.home.path, 'reports');
  const path = join(directory, `drill-${drill.at.replaceAll(/[-:.]/g, '')}.json`);
  context.files.ensureDirectory(context.home.path, { mode: 0o700 });
  context.files.ensureDirectory(directory, { mode: 0o700 });
  context.files.create(path, encodeJson({ schema: 'valops/backup-drill/1', ...drill }), { mode: 0o600 });
  return path;
}
