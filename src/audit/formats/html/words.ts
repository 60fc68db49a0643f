import type { Severity } from '../../finding.ts';
import { severities } from '../../severity.ts';
import type { OpenCounts } from './newest.ts';
import { html, type Markup } from './markup.ts';

/** `1 host`, `2 hosts`. */
export function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

/** `2 critical, 1 high`, the worst first; empty when nothing is open. */
export function countsInWords(counts: OpenCounts): string {
  return severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(', ');
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** The day and minute of a time, UTC. */
export function moment(time: string | number): Markup {
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} <span class="clock">${iso.slice(11, 16)} UTC</span></time>`;
}

/** Days between two times, in words. */
export function age(from: string, to: Date): string {
  const days = Math.floor((to.getTime() - Date.parse(from)) / 86_400_000);
  if (days < 0) return 'in the future';
  return days === 0 ? 'today' : days === 1 ? '1 day ago' : `${days} days ago`;
}

/** A severity with its mark: the word carries the meaning. */
export function severityMark(severity: Severity): Markup {
  return html`<span class="mark s-${severity}">${severity}</span>`;
}
