import type { Snapshot } from '../../core/fact.ts';
import type { Style } from '../../ui/style.ts';

/** Longest summary of a fact; the whole of it is in `--json`. */
const width = 96;

/** Facts of one host for people: a line each, its id and what is known in short, or why it is not. */
export function renderFacts(snapshot: Snapshot, style: Style): string {
  const facts = Object.entries(snapshot.facts);
  const column = Math.max(0, ...facts.map(([id]) => id.length));
  const lines = facts.map(([id, fact]) => {
    const said = fact.known ? cut(summarise(fact.value)) : `${style.warn('unknown')} ${fact.reason}`;
    return `  ${id.padEnd(column)}  ${said}\n`;
  });
  const unknown = facts.filter(([, { known }]) => !known).length;
  const count = `${facts.length} facts${unknown === 0 ? '' : `, ${unknown} unknown`}, ${snapshot.gatheredAt}`;
  return `${style.heading(snapshot.name)}  ${style.dim(count)}\n${lines.join('')}`;
}

function summarise(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `${value.length}: ${value.map(nameOf).join(', ')}`;
  if (typeof value !== 'object') return JSON.stringify(value);
  return Object.entries(value)
    .map(([key, member]) => `${key} ${inner(member)}`)
    .join(', ');
}

function inner(value: unknown): string {
  if (value === null) return '-';
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== 'object');
    return plain ? value.join(' ') : `(${value.length})`;
  }
  if (typeof value === 'object') return `(${Object.keys(value).length})`;
  return (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/\s+/g, ' ').slice(0, 40);
}

/** The first member that names an entry of a list. */
function nameOf(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  const members = Object.entries(item);
  const named = members.find(([key]) => ['name', 'path', 'user'].includes(key));
  if (named !== undefined) return String(named[1]);
  return members
    .filter(([, member]) => typeof member === 'string' || typeof member === 'number')
    .slice(0, 3)
    .map(([, member]) => String(member))
    .join(' ');
}

function cut(text: string): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
