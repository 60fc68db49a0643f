import type { ApplyReport } from '../../core/apply-report.ts';
import type { Change } from '../../core/change.ts';
import type { Plan } from '../../core/plan.ts';
import type { Style } from '../../ui/style.ts';

const risks = {
  none: 'no risk',
  service: 'a service may be disturbed',
  access: 'logins could be cut off; runs under the guard',
} as const;

/** A plan for people: what changes and how (`+ ~ -`), what does not and why, what forbids it. */
export function renderPlan(plan: Plan, style: Style): string {
  const { changes, unchanged, refusals } = plan;
  const parts = [
    ...changes.map((change) => renderChange(change, style)),
    ...unchanged.map(({ id, reason }) => `${style.dim(`= ${id}: ${printable(reason)}`)}\n`),
    ...refusals.map(
      ({ rule, message, hint }) =>
        `${style.bad(`refused (${rule})`)}: ${printable(message)}\n${hint === '' ? '' : `    ${hint}\n`}`,
    ),
  ];
  const counts = [
    count(changes.length, 'change', 'changes'),
    `${unchanged.length} unchanged`,
    ...(refusals.length === 0 ? [] : [count(refusals.length, 'refusal', 'refusals')]),
  ];
  return `${style.heading(`${plan.host}: ${plan.job}`)}\n${parts.join('')}${counts.join(', ')}\n`;
}

/** The end of an apply for people: the verdict, what is true now, and why when it failed. */
export function renderApply(report: ApplyReport, style: Style): string {
  const { verdict, failure } = report;
  const mark = {
    applied: style.good,
    'nothing-to-do': style.good,
    refused: style.warn,
    'rolled-back': style.warn,
    unknown: style.bad,
  };
  const lines = [`${style.heading(report.host)}: ${mark[verdict](verdict)}${report.verified ? '' : ' (not verified)'}`];
  if (failure !== null) {
    lines.push(`  ${printable(failure.message)} (${failure.code})`);
    lines.push(...(failure.output ?? []).map((line) => `  | ${printable(line)}`));
  }
  lines.push(`  ${report.now}`);
  if (failure !== null && failure.hint !== '') lines.push(`  hint: ${failure.hint}`);
  return `${lines.join('\n')}\n`;
}

function renderChange({ id, summary, risk, diff }: Change, style: Style): string {
  const body = diff
    .split('\n')
    .filter((line, index, all) => line !== '' || index < all.length - 1)
    .map((line) => `    ${colour(printable(line), style)}\n`)
    .join('');
  return `${style.warn('~')} ${style.heading(id)}: ${printable(summary)} [${risks[risk]}]\n${body}`;
}

/** Files of a host may hold anything: control characters must not reach the terminal. */
function printable(line: string): string {
  return line.replaceAll(/[^\P{Cc}\t]/gu, '?');
}

function colour(line: string, style: Style): string {
  if (line.startsWith('+')) return style.good(line);
  if (line.startsWith('-')) return style.bad(line);
  return line.startsWith('~') ? style.warn(line) : style.dim(line);
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
