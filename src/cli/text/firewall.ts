import type { Explanation } from '../../firewall/explain.ts';
import type { FirewallFinding } from '../../firewall/finding.ts';
import type { FirewallStatus } from '../../firewall/status.ts';
import type { Style } from '../../ui/style.ts';

/** The firewall of one host for people. */
export function renderStatus(name: string, status: FirewallStatus, style: Style): string {
  const agrees = { yes: style.good('as declared'), no: style.bad('not as declared'), unknown: style.warn('unknown') };
  const backend = status.backend ?? 'none';
  const lines = [
    `${style.heading(name)}: ${backend}${status.used ? '' : ', not in use'}`,
    `  running: ${agrees[status.runningAsDeclared]}`,
    `  at boot: ${agrees[status.bootAsDeclared]}`,
    ...status.reasons.map((reason) => `  ${style.warn('!')} ${reason}`),
    ...status.otherTools.map((tool) => `  ${style.bad('!')} as well: ${tool}`),
    ...status.foreignTables.map(
      ({ name: table, hooks }) => `  table ${table}, not made by valops: ${hooks.join(', ') || 'no hook'}`,
    ),
    ...(status.dockerPorts ?? []).map((port) => `  ${style.warn('!')} docker publishes ${port}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Findings of one host for people: what is wrong, then the rest. */
export function renderCheck(name: string, findings: readonly FirewallFinding[], style: Style): string {
  const mark = { fail: style.bad, unknown: style.warn, skip: style.dim, pass: style.good };
  const order = ['fail', 'unknown', 'skip', 'pass'] as const;
  const lines = order.flatMap((status) =>
    findings
      .filter((finding) => finding.status === status)
      .map(({ id, message }) => `  ${mark[status](status.padEnd(7))} ${id}: ${message}`),
  );
  const counts = order.map((status) => `${findings.filter((one) => one.status === status).length} ${status}`);
  return `${[`${style.heading(name)}: ${counts.join(', ')}`, ...lines].join('\n')}\n`;
}

/** Decisions about connections of one host for people. */
export function renderExplanations(name: string, explanations: readonly Explanation[], style: Style): string {
  const mark = { accept: style.good, drop: style.bad, reject: style.bad, unknown: style.warn };
  const lines = explanations.flatMap(({ way, peer, what, verdict, where, rule }) => [
    `  ${way === 'in' ? `${peer} to ${what} here` : `from here to ${peer} ${what}`}: ${mark[verdict](verdict)}`,
    `    ${where}: ${rule}`,
  ]);
  return `${[style.heading(name), ...lines].join('\n')}\n`;
}
