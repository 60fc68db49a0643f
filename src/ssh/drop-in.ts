import type { Judged } from './judged.ts';
import type { MatchOverride } from './match-overrides.ts';

/**
 * The text of our file: one line for each value, then one Match block for each condition under
 * which another file gives away what the policy wants.
 */
export function renderDropIn(profile: string, judged: readonly Judged[], overrides: readonly MatchOverride[]): string {
  const lines = judged
    .filter(({ inapplicable }) => inapplicable === null)
    .flatMap(({ setting, write }) => write.map((value) => `${setting.directive} ${value}`));
  const conditions = [...new Set(overrides.map(({ condition }) => condition))];
  const blocks = conditions.flatMap((condition) => [
    '',
    `Match ${condition}`,
    ...uniqueByDirective(overrides.filter((one) => one.condition === condition)).flatMap((override) => [
      `    # instead of ${override.directive.file} line ${override.directive.line}`,
      `    ${override.judged.setting.directive} ${override.judged.write[0] ?? ''}`,
    ]),
  ]);
  return [
    `# Made by valops, profile "${profile}". Edits are lost with the next "valops ssh harden"; declare`,
    '# exceptions in valops.yaml (ssh.override). This file is read first, and for each directive',
    '# the first value counts.',
    ...lines,
    ...blocks,
    '',
  ].join('\n');
}

function uniqueByDirective(overrides: readonly MatchOverride[]): readonly MatchOverride[] {
  return [...new Map(overrides.map((one) => [one.directive.keyword, one])).values()];
}
