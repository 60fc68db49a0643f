import type { Define } from '../command.ts';
import { describeSeal } from '../text/seal.ts';

export const defineInspect: Define = (command, bind) => {
  command
    .argument('<file>', 'sealed file, or "-" for standard input')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExamples:\n  valops inspect validator.age\n  valops inspect --json - < validator.age');
  bind(command, async ({ args, context }) => {
    const { inspectFile } = await import('../../seal/inspect.ts');
    const inspection = await inspectFile(await context(), args[0] ?? '-');
    return { document: { schema: 'valops/inspect/1', ...inspection }, text: () => describeSeal(inspection) };
  });
};
