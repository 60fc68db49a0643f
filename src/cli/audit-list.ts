import type { Check } from '../audit/check.ts';
import type { ResolvedChecklist } from '../audit/checklist.ts';
import { checks as allChecks } from '../audit/checks/registry.ts';
import { auditPolicy } from '../audit/declared-policy.ts';
import type { AuditProfile } from '../audit/policy.ts';
import { allChecklists, findChecklists, resolveChecklist } from '../audit/select.ts';
import type { Context } from '../core/context.ts';
import type { Style } from '../ui/style.ts';
import { read } from './arguments.ts';
import { configOf } from './audit-options.ts';
import type { Options, Outcome } from './command.ts';

interface Listed {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  /** How often, or every how many days. */
  readonly every: string;
  readonly checklists: readonly string[];
  readonly expectations?: Check['expectations'];
}

/** `valops audit list`. */
export async function listChecks(context: Context, options: Options): Promise<Outcome> {
  const config = configOf(context, options);
  const name = read(options).text('checklist');
  const lists =
    name === undefined ? allChecklists(config.audit).map(resolveChecklist) : findChecklists([name], config.audit);
  const conflicts = read(options).flag('conflicts');
  const chosen = auditPolicy(config, context.clock.now()).profile;
  const listed = conflicts
    ? checksIn(lists, name)
        .filter(disagree)
        .map((check) => listedCheck(check, lists))
    : [...checksIn(lists, name).map((check) => listedCheck(check, lists)), ...otherItems(lists)];
  return Promise.resolve({
    document: { schema: 'valops/audit-checks/1', profile: chosen, checks: listed },
    text: (style) => listed.map((one) => render(one, conflicts, chosen, style)).join(''),
  });
}

function checksIn(lists: readonly ResolvedChecklist[], name: string | undefined): readonly Check[] {
  if (name === undefined) return allChecks;
  const named = new Set(lists.flatMap(({ checks }) => checks));
  return allChecks.filter((check) => named.has(check));
}

/** Whether profiles want different things; one that does not look at it wants nothing. */
function disagree({ expectations }: Check): boolean {
  return new Set(Object.values(expectations).map(({ want }) => want)).size > 1;
}

function listedCheck(check: Check, lists: readonly ResolvedChecklist[]): Listed {
  const { id, title, severity, cadence, expectations } = check;
  const checklists = lists.filter(({ checks }) => checks.includes(check)).map(({ name }) => name);
  return { id, title, severity, every: cadence, checklists, expectations };
}

function otherItems(lists: readonly ResolvedChecklist[]): readonly Listed[] {
  const items = new Map<string, Listed>();
  for (const { name, manual, own } of lists) {
    for (const item of [...own, ...manual]) {
      const before = items.get(item.id)?.checklists ?? [];
      const every = 'everyDays' in item ? `${item.everyDays} days` : 'every run';
      items.set(item.id, {
        id: item.id,
        title: item.title,
        severity: item.severity,
        every,
        checklists: [...before, name],
      });
    }
  }
  return [...items.values()];
}

function render(one: Listed, conflicts: boolean, chosen: AuditProfile, style: Style): string {
  const { id, severity, every, title, expectations = {} } = one;
  const line = `${style.heading(id.padEnd(38))} ${severity.padEnd(8)} ${every.padEnd(9)} ${title}\n`;
  if (!conflicts) return line;
  const wants = (['validator', 'cis-l1', 'ssh-audit'] as const).map((profile) => {
    const expectation = expectations[profile];
    const want =
      expectation === undefined ? 'does not look at it' : `${expectation.want} ${style.dim(`(${expectation.source})`)}`;
    return `  ${profile === chosen ? '*' : ' '} ${profile.padEnd(9)} ${want}\n`;
  });
  return line + wants.join('');
}
