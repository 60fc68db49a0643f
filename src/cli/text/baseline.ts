import type { BaselineChange } from '../../audit/baseline/compare.ts';
import type { SectionDifference } from '../../audit/baseline/compare-baselines.ts';
import type { Baseline } from '../../audit/baseline/document.ts';
import { plainText } from '../../audit/plain-text.ts';
import type { Style } from '../../ui/style.ts';

const width = 400;

/** Sections against what was accepted, for people: a line for each section, and one for each entry that differs. */
export function renderDifferences(sections: readonly SectionDifference[], style: Style): string {
  return sections
    .map(
      (one) =>
        `  ${one.section.padEnd(16)} ${verdict(one, style)}\n${changesOf(one)
          .map((change) => line(change, style))
          .join('')}`,
    )
    .join('');
}

/** What is accepted for the first time is shown without the lines of its files. */
function changesOf({ state, changes }: SectionDifference): readonly BaselineChange[] {
  return state === 'new' ? changes.filter(({ within }) => within === undefined) : changes;
}

function verdict({ state, reason, entries, changes }: SectionDifference, style: Style): string {
  switch (state) {
    case 'same':
      return `${style.good('as accepted')}, ${entries} entries`;
    case 'new':
      return `${entries} entries, none of which was accepted before`;
    case 'different':
      return style.bad(`${changes.length} of ${entries} differ`);
    case 'unknown':
      return `${style.warn('unknown')}: ${plainText(reason ?? '', width)}`;
  }
}

function line({ kind, key, before, after, file }: BaselineChange, style: Style): string {
  const at = file === undefined || key.includes(file) ? '' : style.dim(`  ${plainText(file, width)}`);
  const name = plainText(key, width);
  const value = (text = ''): string => (text === '' ? '' : `: ${plainText(text, width)}`);
  if (kind === 'added') return `    + ${name}${value(after)}${at}\n`;
  if (kind === 'removed') return `    - ${name}${value(before)}${at}\n`;
  return `    ~ ${name}${at}\n        was ${plainText(before ?? '', width)}\n        now ${plainText(after ?? '', width)}\n`;
}

/** A baseline for people: every entry. */
export function renderBaseline(baseline: Baseline, digest: string, style: Style): string {
  const { host, acceptedAt, acceptedBy, sections } = baseline;
  const lines = Object.entries(sections).map(([id, section]) => {
    if (!section.known) return `  ${id}: ${style.warn('unknown')}: ${plainText(section.reason, width)}\n`;
    const entries = section.entries
      .filter((entry): entry is typeof entry & { value: string } => typeof entry.value === 'string')
      .map(({ key, value }) => `    ${plainText(key, width)}${value === '' ? '' : `: ${plainText(value, width)}`}\n`);
    return `  ${id}: ${section.entries.length} entries\n${entries.join('')}`;
  });
  return `${style.heading(host)}: accepted at ${acceptedAt} by ${acceptedBy}\n  sha256 ${digest}\n${lines.join('')}`;
}
