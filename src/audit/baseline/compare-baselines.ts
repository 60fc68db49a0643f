import { compareEntries, type BaselineChange } from './compare.ts';
import type { AcceptedSection, Baseline } from './document.ts';
import { baselineSections } from './sections/registry.ts';
import type { SectionId } from './section.ts';

/** What became of one section since it was accepted. */
export interface SectionDifference {
  readonly section: SectionId;
  readonly title: string;
  /** `unknown`: it could not be looked at, then or now. `new`: nothing was accepted of it yet. */
  readonly state: 'same' | 'different' | 'unknown' | 'new';
  /** Why it is unknown. */
  readonly reason?: string;
  /** Entries there are now. */
  readonly entries: number;
  readonly changes: readonly BaselineChange[];
}

/** Every section of a host against what was accepted of it, if anything was. Pure. */
export function compareBaselines(accepted: Baseline | undefined, now: Baseline): readonly SectionDifference[] {
  return baselineSections.map(({ id: section, title }): SectionDifference => {
    const before = accepted?.sections[section];
    const after = now.sections[section] ?? { known: false, reason: 'not looked at' };
    const entries = after.known ? after.entries.length : 0;
    const reason = !after.known
      ? after.reason
      : before?.known === false
        ? `when it was accepted: ${before.reason}`
        : null;
    const changes = after.known ? compareEntries(entriesOf(before), after.entries) : [];
    return {
      section,
      title,
      state: reason !== null ? 'unknown' : before === undefined ? 'new' : changes.length > 0 ? 'different' : 'same',
      ...(reason === null ? {} : { reason }),
      entries,
      changes,
    };
  });
}

function entriesOf(
  section: AcceptedSection | undefined,
): readonly { key: string; value: string | readonly string[] }[] {
  return section?.known === true ? section.entries : [];
}
