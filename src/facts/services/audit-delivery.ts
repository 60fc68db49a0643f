import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, readWholeParts } from '../parts.ts';

/** How the audits which a host runs by itself were told. Times in RFC 3339. */
export interface AuditDelivery {
  /** By name of the way; empty: nothing was to be told yet. */
  readonly ways: readonly {
    readonly name: string;
    /** Last success; null: never. */
    readonly done: string | null;
    /** Null: it works. */
    readonly failingSince: string | null;
    readonly reason: string | null;
  }[];
  /** Messages that were given up. */
  readonly dropped: number;
  /** Messages that wait. */
  readonly waiting: number;
}

/** What `audit run --deliver` left in its home about the ways it went. */
export function auditDelivery(home: string): Question<AuditDelivery> {
  return {
    id: 'services.audit-delivery',
    family: 'services',
    title: 'whether the audits a host runs by itself were delivered',
    script: () => `${partFunctions}audit=${shellQuote(`${home}/audit`)}
[ ! -f "$audit/delivery.json" ] || part state head -c 65536 -- "$audit/delivery.json"
[ ! -d "$audit/spool" ] || part spool ls -1 -- "$audit/spool"
part end true`,
    privileged: true,
    timeout: 5,
    parse: ({ stdout }) => {
      const parts = readWholeParts(stdout);
      const state = parts.get('state');
      const waiting = (parts.get('spool')?.text ?? '').split('\n').filter((name) => name.endsWith('.json')).length;
      if (state === undefined) return { ways: [], dropped: 0, waiting };
      if (state.status !== 0) throw new Error('delivery.json cannot be read');
      return { ...readState(state.text), waiting };
    },
  };
}

/** Of the place where root's reports are unless `valops.yaml` says otherwise. */
export const servicesAuditDelivery = auditDelivery('/root/.valops');

function readState(text: string): Pick<AuditDelivery, 'ways' | 'dropped'> {
  const broken = new Error('delivery.json holds no state of deliveries');
  let read: { readonly schema?: unknown; readonly ways?: unknown; readonly dropped?: unknown } | null;
  try {
    read = JSON.parse(text) as typeof read;
  } catch {
    throw broken;
  }
  const { schema, ways, dropped } = read ?? {};
  if (schema !== 'valops/audit-delivery/1' || typeof ways !== 'object' || ways === null) throw broken;
  const word = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, 400) : null);
  return {
    ways: Object.entries(ways as Record<string, Record<string, unknown> | null>).map(([name, way]) => ({
      name,
      done: word(way?.['done']),
      failingSince: word(way?.['failingSince']),
      reason: word(way?.['reason']),
    })),
    dropped: typeof dropped === 'number' ? dropped : 0,
  };
}
