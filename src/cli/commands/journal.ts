import { journalPath } from '../../config/home.ts';
import { exitStatus } from '../../lib/errors.ts';
import type { JournalEntry } from '../../store/journal-entry.ts';
import type { Style } from '../../ui/style.ts';
import { read, wholeNumber } from '../arguments.ts';
import type { Define } from '../command.ts';

export const defineJournal: Define = (command, bind) => {
  command.addHelpText(
    'after',
    `
Examples:
  valops journal show --last 20
  valops journal verify                 exit 3 when a line was altered, removed or put in another order
  valops journal head > /media/usb/head.txt    carry it off: a removed end shows only against it`,
  );

  const show = command
    .command('show')
    .description('show the entries, oldest first')
    .option('--last <N>', 'only the last N', wholeNumber('--last', 1))
    .option('--json', 'print one JSON document');
  bind(show, async ({ options, context }) => {
    const { readJournal } = await import('../../store/journal-read.ts');
    const { files, home } = await context();
    const last = read(options).number('last') ?? Number.POSITIVE_INFINITY;
    const entries: JournalEntry[] = [];
    const { problems } = await readJournal(files, journalPath(home), (entry) => {
      entries.push(entry);
      if (entries.length > last) entries.shift();
    });
    return {
      document: { schema: 'valops/journal/1', entries, problems },
      text: (style) => entries.map((entry) => entryText(entry, style)).join('') + problemsText(problems, style),
      exitStatus: problems.length > 0 ? exitStatus.findings : exitStatus.done,
    };
  });

  const verify = command
    .command('verify')
    .description('check every line and the chain')
    .option('--json', 'print one JSON document');
  bind(verify, async ({ context }) => {
    const { readJournal } = await import('../../store/journal-read.ts');
    const { files, home } = await context();
    const { entries, head, problems } = await readJournal(files, journalPath(home));
    return {
      document: { schema: 'valops/journal-verify/1', whole: problems.length === 0, entries, head, problems },
      text: (style) =>
        problems.length === 0
          ? `${style.good('whole')}: ${entries} entries, head ${head === null ? 'none' : `${head.seq} ${head.hash}`}\n`
          : problemsText(problems, style),
      exitStatus: problems.length > 0 ? exitStatus.findings : exitStatus.done,
    };
  });

  const head = command
    .command('head')
    .description('print number and hash of the last entry, to be kept elsewhere')
    .option('--json', 'print one JSON document');
  bind(head, async ({ context }) => {
    const { readJournal } = await import('../../store/journal-read.ts');
    const { files, home } = await context();
    const report = await readJournal(files, journalPath(home));
    return {
      document: { schema: 'valops/journal-head/1', head: report.head, whole: report.problems.length === 0 },
      text: (style) =>
        (report.head === null ? '' : `${report.head.seq} ${report.head.hash}\n`) + problemsText(report.problems, style),
      exitStatus: report.problems.length > 0 ? exitStatus.findings : exitStatus.done,
    };
  });
};

function entryText(entry: JournalEntry, style: Style): string {
  const outcome = { begin: 'begins', done: style.good('done'), failed: style.bad(`failed ${entry.code ?? ''}`) }[
    entry.phase
  ];
  const details = entry.details === undefined ? '' : `\n     ${style.dim(JSON.stringify(entry.details))}`;
  const keys = entry.keys === undefined ? '' : `\n     keys ${entry.keys.join(' ')}`;
  return `${String(entry.seq).padStart(4)} ${entry.time} ${entry.actor}@${entry.host} ${style.heading(entry.action)} ${outcome}: ${entry.purpose}${keys}${details}\n`;
}

function problemsText(problems: readonly { readonly line: number; readonly reason: string }[], style: Style): string {
  return problems.map(({ line, reason }) => `${style.bad('broken')}: line ${line}: ${reason}\n`).join('');
}
