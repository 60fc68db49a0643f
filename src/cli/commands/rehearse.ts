import { realpathSync } from 'node:fs';
import { Option } from 'commander';
import { kindSummaries, loadKind } from '../../identity/registry.ts';
import type { RehearsalReport } from '../../rehearsal/rehearse.ts';
import type { Style } from '../../ui/style.ts';
import { collect, read } from '../arguments.ts';
import type { Define } from '../command.ts';

export const defineRehearse: Define = (command, bind) => {
  command
    .addOption(
      new Option('--kind <KIND>', 'kind of identity to rehearse (repeatable; default: one of each)')
        .choices(kindSummaries.map(({ id }) => id))
        // replaces the check of the choices, which keeps the last one only; help and completion still tell them
        .argParser(collect)
        .default([], 'each'),
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Runs the commands of IDENTITY-GENERATION.md with throw-away keys in a memory-backed directory, without
a network where the kernel allows that, then destroys everything. Exit 0 only if every proof held.

Examples:
  valops rehearse
  valops rehearse --kind cometbft --json`,
    );
  bind(command, async ({ options, context }) => {
    const { rehearse } = await import('../../rehearsal/rehearse.ts');
    const chosen = read(options).list('kind');
    await Promise.all(chosen.map(loadKind));
    const report = await rehearse(await context(), {
      kinds: chosen.length > 0 ? chosen : kindSummaries.map(({ id }) => id),
      program: [process.execPath, realpathSync(process.argv[1] ?? '')],
      path: process.env['PATH'] ?? '',
    });
    return { document: { schema: 'valops/rehearsal/1', ...report }, text: (style) => reportText(report, style) };
  });
};

/** On a terminal the task list has shown the proofs already; what is left to say are the timings. */
function reportText(report: RehearsalReport, style: Style): string {
  const width = Math.max(...report.steps.map(({ title }) => title.length));
  const rows = report.steps.map(({ title, proof, milliseconds }) => {
    const shown = style.terminal || proof === '' ? '' : `  ${proof}`;
    return `${style.good('ok')} ${title.padEnd(width)} ${String(milliseconds).padStart(6)} ms${shown}\n`;
  });
  return [
    ...rows,
    `\n${style.heading(`${report.steps.length} proofs held`)} in ${(report.milliseconds / 1000).toFixed(1)} s; `,
    `network: ${report.network}; stock age: ${report.stockAge}; sandbox: ${report.sandbox}\n`,
    'Everything made here was destroyed. The real ceremony: IDENTITY-GENERATION.md\n',
  ].join('');
}
