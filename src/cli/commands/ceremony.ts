import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Option } from 'commander';
import type { Answers, GivenAnswers } from '../../ceremony/answers.ts';
import type { CeremonyState } from '../../ceremony/state.ts';
import { assertionIds, type AssertionId } from '../../ceremony/surroundings.ts';
import type { Context } from '../../core/context.ts';
import { exitStatus, ValopsError } from '../../lib/errors.ts';
import { collect, read } from '../arguments.ts';
import type { Define } from '../command.ts';

export const defineCeremony: Define = (command, bind) => {
  command
    .option('--resume [ID]', 'go on with a ceremony that was cut off; ID where there are several')
    .option('--answers <FILE>', 'YAML or JSON that answers the questions, for rehearsals and for names fixed before')
    .option('--plan', 'judge the machine, list the steps and stop')
    .addOption(
      new Option(
        '--unsafe-accept <WHAT>',
        'hold it although this is not as it should be (repeatable); on the transcript',
      )
        .choices([...assertionIds])
        .argParser(collect)
        .default([], 'nothing'),
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
For two people at a machine without a network. Both agree to every step by their initials; every step is
journalled and on the disk before the next, so that a ceremony that was cut off is resumed, never repeated.

Examples:
  valops ceremony --plan --answers answers.yaml
  valops ceremony
  valops ceremony --resume`,
    );
  bind(command, async ({ options, context }) => {
    const given = read(options);
    const [path, plan, resume] = [given.text('answers'), given.flag('plan'), options['resume']];
    const ctx = await context();
    const file = await answersIn(ctx, path);
    // asked before anything is made, not after the first step
    if (!plan && file.initials === undefined) ctx.prompt.require('--answers FILE, with "initials"');
    const { beginCeremony, holdCeremony, planCeremony } = await import('../../ceremony/hold.ts');
    const { ceremonyPlanText, heldText } = await import('../text/ceremony.ts');
    const state = resume === undefined ? undefined : await stateOf(ctx, given.text('resume'));
    const request = {
      answers: await (state === undefined ? newAnswers(ctx, file, path) : resumed(state, file, path)),
      accepted: given.list('unsafeAccept') as readonly AssertionId[],
      root: dirname(dirname(ctx.files.realPath(process.argv[1] ?? ''))),
    };
    if (plan) {
      const planned = await planCeremony(ctx, request, state);
      return {
        document: { schema: 'valops/ceremony-plan/1', ...planned },
        text: (style) => ceremonyPlanText(planned, style),
        exitStatus: exitStatus.findings,
      };
    }
    const held = await holdCeremony(ctx, state ?? beginCeremony(ctx, request.answers), request);
    return { document: { schema: 'valops/ceremony-held/1', ...held }, text: (style) => heldText(held, style) };
  });
};

async function answersIn(context: Context, path: string | undefined): Promise<GivenAnswers> {
  if (path === undefined) return {};
  const { parseYaml } = await import('../../config/yaml-document.ts');
  const value = parseYaml(new TextDecoder().decode(context.files.read(path)), path);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ValopsError(
    'CEREMONY_ANSWERS_INVALID',
    `"${path}" is not a document of answers: expected members such as operator, witness, out`,
    {
      hint: 'runbooks/hold-a-ceremony.md shows a whole file of answers.',
    },
  );
}

async function newAnswers(context: Context, given: GivenAnswers, path: string | undefined): Promise<Answers> {
  const { parseAnswers } = await import('../../ceremony/answers.ts');
  const { askAnswers } = await import('../../ceremony/ask.ts');
  return parseAnswers(await askAnswers(context, given), path ?? 'what was typed', process.cwd());
}

async function stateOf(context: Context, id: string | undefined): Promise<CeremonyState> {
  const { stateToResume } = await import('../../ceremony/state.ts');
  return stateToResume(context, id);
}

/** The answers were given when it began: a file may now only agree to them. Throws CEREMONY_ANSWERS_INVALID. */
async function resumed(
  { answers, id }: CeremonyState,
  given: GivenAnswers,
  path: string | undefined,
): Promise<Answers> {
  const { parseAnswers } = await import('../../ceremony/answers.ts');
  const { initials, ...decided } = parseAnswers({ ...answers, ...given }, path ?? id, process.cwd());
  if (!isDeepStrictEqual(decided, answers)) {
    throw new ValopsError(
      'CEREMONY_ANSWERS_INVALID',
      `the ceremony "${id}" began with other answers than "${path}" gives`,
      {
        hint: 'Resume it with the same file, or without one.',
      },
    );
  }
  return { ...answers, ...(initials === undefined ? {} : { initials }) };
}
