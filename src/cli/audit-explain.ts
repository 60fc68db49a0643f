import type { Check } from '../audit/check.ts';
import type { ManualItem, OwnCheck } from '../audit/checklist.ts';
import { checks } from '../audit/checks/registry.ts';
import { auditPolicy } from '../audit/declared-policy.ts';
import { toCheck } from '../audit/own-check.ts';
import { allChecklists, resolveChecklist } from '../audit/select.ts';
import type { Config } from '../config/schema.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Style } from '../ui/style.ts';
import { configOf } from './audit-options.ts';
import type { Options, Outcome } from './command.ts';

/** `valops audit explain`: everything that is known about one check or manual item. */
export async function explainCheck(context: Context, id: string, options: Options): Promise<Outcome> {
  const config = configOf(context, options);
  const lists = allChecklists(config.audit).map(resolveChecklist);
  const inLists = lists
    .filter((list) => [...list.checks, ...list.manual, ...list.own].some((one) => one.id === id))
    .map(({ name }) => name);
  const own = lists.flatMap((list): readonly OwnCheck[] => list.own).find((one) => one.id === id);
  const check = own === undefined ? checks.find((one) => one.id === id) : toCheck(own);
  if (check !== undefined) return Promise.resolve(ofCheck(check, inLists, config, context.clock.now()));
  const item = lists.flatMap((list): readonly ManualItem[] => list.manual).find((one) => one.id === id);
  if (item !== undefined) return Promise.resolve(ofItem(item, inLists));
  throw new ValopsError('USAGE', `there is no check and no manual item "${id}"`, {
    hint: 'List them: valops audit list',
  });
}

function ofCheck(check: Check, checklists: readonly string[], config: Config, now: Date): Outcome {
  const { id, title, why, severity, cadence, expectations, remediation, fix } = check;
  const facts = [...new Set(check.questions(auditPolicy(config, now)).map((one) => one.id))];
  return {
    document: {
      schema: 'valops/audit-check/1',
      check: { id, title, why, severity, cadence, checklists, expectations, facts, remediation, fix: fix ?? null },
    },
    text: (style) =>
      render(style, id, title, [
        ['why', why],
        ['severity', severity],
        ['in', checklists.join(', ') || `no checklist (${cadence})`],
        ...Object.entries(expectations).map(([name, { want, source }]): Line => [name, `${want} (${source})`]),
        ['facts', facts.join(', ')],
        ['do', remediation],
      ]),
  };
}

function ofItem({ id, title, why, severity, everyDays, source }: ManualItem, checklists: readonly string[]): Outcome {
  const remediation = `valops audit attest ${id}`;
  return {
    document: {
      schema: 'valops/audit-check/1',
      check: { id, title, why, severity, everyDays, checklists, source, remediation },
    },
    text: (style) =>
      render(style, id, title, [
        ['why', why],
        ['severity', severity],
        ['in', checklists.join(', ')],
        ['every', `${everyDays} days (${source})`],
        ['do', `look at it, then: ${remediation}`],
      ]),
  };
}

type Line = readonly [name: string, text: string];

function render(style: Style, id: string, title: string, lines: readonly Line[]): string {
  return `${style.heading(id)}: ${title}\n${lines.map(([name, text]) => `  ${style.dim(name.padEnd(10))} ${text}\n`).join('')}`;
}
