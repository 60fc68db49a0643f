import type { DrillVerdict } from '../../backup/catalogue.ts';
import type { DrilledBackup } from '../../backup/drill-backup.ts';
import type { Drill } from '../../backup/drill.ts';
import type { Style } from '../../ui/style.ts';

/** A drill for people: what each backup showed for each class, then what is still missing. */
export function drillText(drill: Drill, reportFile: string, style: Style): string {
  const { verdict, lacking, backups, keys, policy, journalHead } = drill;
  const words = {
    proven: style.good('proven: every required class has a fresh proof'),
    lacking: style.warn('not proven: a required proof is missing or old'),
    failed: style.bad('failed: a backup is not what it should be'),
  };
  const days = Math.floor(policy.every / 86_400_000);
  const isQuorum = keys.some(({ source }) => source.startsWith('escrow set '));
  const unused = isQuorum ? 'opened no backup; the key of a trustee opens its share only' : 'opened none of them';
  return [
    ...backups.map((backup) => backupText(backup, style)),
    ...(backups.length === 0 ? ['no backup is in the catalogue of this home\n'] : []),
    ...keys
      .filter(({ opened }) => opened === 0)
      .map(({ source }) => `${style.warn('unused')}      "${source}" ${unused}\n`),
    ...lacking.map(
      ({ host, class: of, provenAt }) =>
        `${style.bad('lacking')}     ${of} for backups of "${host}": ${provenAt === null ? 'never proven' : `last proven ${provenAt}`}, expected within ${days} days\n`,
    ),
    `${words[verdict]}\n`,
    `report      ${reportFile}\n`,
    ...(journalHead === null ? [] : [`journal     ${journalHead.seq} ${journalHead.hash}\n`]),
  ].join('');
}

function backupText(backup: DrilledBackup, style: Style): string {
  const { path, host, createdAt, verdicts, notProvenNow, problems, unreachable } = backup;
  const name = path ?? unreachable[0] ?? 'a backup without a copy';
  const of = host === null ? '' : `  of "${host}", made ${createdAt ?? ''}\n`;
  return [
    `${style.heading(name)}\n`,
    of,
    ...verdicts.map((verdict) => verdictText(verdict, style)),
    ...notProvenNow.map((one) => `  ${style.dim(`${one.padEnd(8)} no key given: not proven now`)}\n`),
    ...problems.map((problem) => `  ${style.bad('problem')}  ${problem}\n`),
    ...unreachable.map((copy) => `  ${style.dim(`copy     ${copy} is not reachable`)}\n`),
  ].join('');
}

function verdictText({ class: of, passed, detail }: DrillVerdict, style: Style): string {
  return `  ${of.padEnd(8)} ${passed ? style.good('opened') : style.bad('FAILED')}: ${detail}\n`;
}
