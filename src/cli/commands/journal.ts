import { journalPath } from '../../config/home.ts';
import type { Context } from '../../core/context.ts';
import { exitStatus, ValopsError } from '../../lib/errors.ts';
import { parseDuration } from '../../lib/duration.ts';
import type { Anchor } from '../../store/journal-anchor.ts';
import type { JournalEntry } from '../../store/journal-entry.ts';
import type { Counts } from '../../store/journal-tally.ts';
import { collect, read, wholeNumber } from '../arguments.ts';
import type { Define } from '../command.ts';
import { anchorText, entryText, problemsText, reportText } from '../text/journal.ts';

/** Largest file that may carry a head, in bytes. */
const headFileLimit = 16 << 20;

export const defineJournal: Define = (command, bind) => {
  command.addHelpText(
    'after',
    `
Examples:
  valops journal show --last 20
  valops journal verify                 exit 3 when a line was altered, removed or put in another order
  valops journal head > /media/usb/head.txt    carry it off: a removed end shows only against it
  valops journal verify --head /media/usb/head.txt --head validator.json
  valops journal report --since 30d     who used which key for what; exit 3 when something is unusual`,
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
    .description('check every line and the chain, and that heads kept elsewhere are still in it')
    .option(
      '--head <FILE>',
      'a head, or a card, report, transcript or listing that carries one (repeatable)',
      collect,
      [],
    )
    .option('--json', 'print one JSON document');
  bind(verify, async ({ options, context }) => {
    const { readJournal } = await import('../../store/journal-read.ts');
    const { createAnchorCheck } = await import('../../store/journal-anchor.ts');
    const ctx = await context();
    const check = createAnchorCheck(await anchorsOf(ctx, read(options).list('head')));
    const report = await readJournal(ctx.files, journalPath(ctx.home), (entry) => check.entry(entry));
    const { entries, head, problems } = report;
    const heads = check.verdicts();
    const holds = heads.every(({ verdict }) => verdict === 'holds');
    return {
      document: { schema: 'valops/journal-verify/1', whole: problems.length === 0, entries, head, problems, heads },
      text: (style) =>
        (problems.length === 0
          ? `${style.good('whole')}: ${entries} entries, head ${head === null ? 'none' : `${head.seq} ${head.hash}`}\n`
          : problemsText(problems, style)) + heads.map((one) => anchorText(one, style)).join(''),
      exitStatus: problems.length > 0 || !holds ? exitStatus.findings : exitStatus.done,
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

  const report = command
    .command('report')
    .description('sum up the use of every key, and mark what is unusual; exit 3 when something is')
    .option('--since <DURATION>', 'report this long (90m, 12h, 30d, 4w), against all before it', '30d')
    .option('--json', 'print one JSON document');
  bind(report, async ({ options, context }) => {
    const { readJournal } = await import('../../store/journal-read.ts');
    const { createUseReporter } = await import('../../store/journal-report.ts');
    const { files, home, clock } = await context();
    const since = sinceOf(read(options).text('since') ?? '', clock.now());
    const reporter = createUseReporter(since);
    const { entries, problems } = await readJournal(files, journalPath(home), (entry) => reporter.entry(entry));
    const uses = reporter.report();
    const isUnusual = uses.marks.length > 0 || uses.keys.some(({ unusual }) => unusual.length > 0);
    return {
      document: {
        schema: 'valops/journal-report/1',
        since,
        entries,
        problems,
        before: uses.before,
        keys: uses.keys.map(({ failed, users, commands, purposes, hours, weekdays, days, ...key }) => ({
          ...key,
          failed: counted(failed),
          users: counted(users),
          commands: counted(commands),
          purposes: counted(purposes),
          hours: counted(hours),
          weekdays: counted(weekdays),
          days: counted(days),
        })),
        marks: uses.marks,
        unusual: isUnusual,
      },
      text: (style) => reportText(uses, since, style) + problemsText(problems, style),
      exitStatus: isUnusual || problems.length > 0 ? exitStatus.findings : exitStatus.done,
    };
  });
};

async function anchorsOf(context: Context, paths: readonly string[]): Promise<readonly Anchor[]> {
  const { parseHeads } = await import('../../store/journal-head-file.ts');
  return paths.flatMap((path) => parseHeads(context.files.read(path, headFileLimit), path));
}

function sinceOf(duration: string, now: Date): string {
  const milliseconds = parseDuration(duration);
  if (milliseconds !== null) return new Date(now.getTime() - milliseconds).toISOString();
  throw new ValopsError('USAGE', `--since is "${duration}", expected a duration`, { hint: 'For example --since 30d.' });
}

function counted(counts: Counts): readonly { readonly name: string; readonly uses: number }[] {
  return [...counts].map(([name, uses]) => ({ name, uses }));
}
