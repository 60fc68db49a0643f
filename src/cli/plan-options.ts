import type { Command } from 'commander';
import { ValopsError } from '../lib/errors.ts';
import { read } from './arguments.ts';
import type { Options } from './command.ts';

/** How the operator wants a plan to be made or applied. */
export interface PlanOptions {
  /** Show and stop. */
  readonly planOnly: boolean;
  /** Where to save the plan. */
  readonly out: string | undefined;
  /** A saved plan to apply. */
  readonly from: string | undefined;
  /** Seconds. */
  readonly confirmWithin: number;
  readonly manualConfirm: boolean;
  readonly yes: boolean;
}

const shortest = 10;
const longest = 3600;

/** Adds the options which every command has that changes hosts. */
export function addPlanOptions(command: Command): Command {
  return command
    .option('--plan', 'show the plan and stop; exit 3 when it has changes')
    .option('--out <PLAN>', 'with --plan: save it as a document, to be reviewed and applied with --from')
    .option('--from <PLAN>', 'apply this saved plan; refused when the host has changed since')
    .option('--confirm-within <DURATION>', 'the host rolls back unless confirmed in this time', seconds, 120)
    .option('--manual-confirm', 'leave the guard armed; confirm with "valops confirm" from a new login')
    .option('--yes', 'do not ask before applying')
    .option('--json', 'print one JSON document');
}

/** Reads what `addPlanOptions` took. Throws USAGE for options that contradict each other. */
export function readPlanOptions(options: Options): PlanOptions {
  const given = read(options);
  const out = given.text('out');
  const from = given.text('from');
  if (out !== undefined && from !== undefined) {
    throw new ValopsError('USAGE', '--out and --from exclude each other', {
      hint: 'Make a plan first, then apply it.',
    });
  }
  if (from !== undefined && given.flag('plan')) {
    throw new ValopsError('USAGE', '--plan and --from exclude each other', {
      hint: 'A saved plan is JSON: read it as it is, or leave out --plan to apply it.',
    });
  }
  return {
    // a plan that is saved is meant to be reviewed before it is applied
    planOnly: given.flag('plan') || out !== undefined,
    out,
    from,
    confirmWithin: given.number('confirmWithin') ?? 120,
    manualConfirm: given.flag('manualConfirm'),
    yes: given.flag('yes'),
  };
}

/** `90`, `90s`, `2m` or `1h` in seconds. */
export function seconds(value: string): number {
  const match = /^(\d{1,4})(s|m|h)?$/.exec(value);
  const amount = Number(match?.[1]) * { s: 1, m: 60, h: 3600 }[(match?.[2] ?? 's') as 's' | 'm' | 'h'];
  if (amount >= shortest && amount <= longest) return amount;
  throw new ValopsError('USAGE', `--confirm-within is "${value}", expected a duration from ${shortest}s to 1h`, {
    hint: 'For example --confirm-within 120s.',
  });
}
