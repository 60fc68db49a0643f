import type { Snapshot } from '../../core/fact.ts';
import type { AuditPolicy } from '../policy.ts';
import type { AcceptedSection, Baseline } from './document.ts';
import { baselineSections } from './sections/registry.ts';

/** The state of a host as a baseline that nobody has accepted yet. Pure. */
export function takeBaseline(
  snapshot: Snapshot,
  policy: AuditPolicy,
  by: Pick<Baseline, 'acceptedAt' | 'acceptedBy' | 'tool'>,
): Baseline {
  const sections = baselineSections.map((section): [string, AcceptedSection] => {
    const fact = section.read(snapshot, policy);
    return [section.id, fact.known ? { known: true, entries: fact.value } : fact];
  });
  return {
    schema: 'valops/audit-baseline/1',
    host: snapshot.name,
    acceptedAt: by.acceptedAt,
    acceptedBy: by.acceptedBy,
    tool: by.tool,
    sections: Object.fromEntries(sections),
  };
}
