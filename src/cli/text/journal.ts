import type { AnchorVerdict } from '../../store/journal-anchor.ts';
import type { JournalProblem } from '../../store/journal-chain.ts';
import type { JournalEntry } from '../../store/journal-entry.ts';
import type { KeyReport, UseReport } from '../../store/journal-report.ts';
import type { Counts } from '../../store/journal-tally.ts';
import type { Style } from '../../ui/style.ts';

/** One entry as `journal show` prints it. */
export function entryText(entry: JournalEntry, style: Style): string {
  const outcome = { begin: 'begins', done: style.good('done'), failed: style.bad(`failed ${entry.code ?? ''}`) }[
    entry.phase
  ];
  const details = entry.details === undefined ? '' : `\n     ${style.dim(JSON.stringify(entry.details))}`;
  const keys = entry.keys === undefined ? '' : `\n     keys ${entry.keys.join(' ')}`;
  return `${String(entry.seq).padStart(4)} ${entry.time} ${entry.actor}@${entry.host} ${style.heading(entry.action)} ${outcome}: ${entry.purpose}${keys}${details}\n`;
}

/** What is wrong with lines and chain. */
export function problemsText(problems: readonly JournalProblem[], style: Style): string {
  return problems.map(({ line, reason }) => `${style.bad('broken')}: line ${line}: ${reason}\n`).join('');
}

/** The judgement of a head kept elsewhere. */
export function anchorText({ source, seq, hash, verdict, missing, found }: AnchorVerdict, style: Style): string {
  const range =
    missing === null || missing.from === missing.to ? `entry ${seq}` : `entries ${missing.from} to ${missing.to}`;
  const said = {
    holds: `entry ${seq} is as it was`,
    truncated: `${range} ${range === `entry ${seq}` ? 'is' : 'are'} missing at the end, known from this head`,
    rewritten: `entry ${seq} is another one: its hash is ${found}, the head has ${hash}; the file was exchanged, or the head is of another journal`,
    removed: `entry ${seq} is not there or not readable, though the journal goes on after it`,
  }[verdict];
  return `${verdict === 'holds' ? style.good('holds') : style.bad(verdict)}: "${source}": ${said}\n`;
}

/** The use of keys, key by key. */
export function reportText(report: UseReport, since: string, style: Style): string {
  const { keys, before, marks } = report;
  const against =
    before.uses === 0
      ? 'there is nothing before it to compare with'
      : `compared with ${before.uses} uses from ${String(before.first).slice(0, 10)} on`;
  return [
    `since ${since}, ${against}\n`,
    ...(keys.length === 0 ? ['no key was used\n'] : []),
    ...keys.map((key) => keyText(key, style)),
    ...marks.map((mark) => `${style.warn('!')} ${mark}\n`),
  ].join('');
}

function keyText(key: KeyReport, style: Style): string {
  const rows: readonly (readonly [string, string])[] = [
    ['uses', `${key.uses}, first ${key.first}, last ${key.last}`],
    ['by', countsText(key.users)],
    ['commands', countsText(key.commands)],
    ['purposes', countsText(key.purposes)],
  ];
  return [
    `${style.heading(key.key)}\n`,
    ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}\n`),
    ...key.unusual.map(({ mark, text }) => `  ${style.warn('!')} ${mark}: ${text}\n`),
  ].join('');
}

function countsText(counts: Counts): string {
  return [...counts].map(([name, uses]) => `${name} (${uses})`).join(', ');
}
