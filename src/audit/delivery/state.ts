import { join } from 'node:path';
import type { Home } from '../../core/context.ts';
import type { DeliveryDoors, DeliveryWay } from './run.ts';

/** How one way fared. Times in RFC 3339. */
export interface WayState {
  /** Last time that it did what it should; null: never. */
  readonly done: string | null;
  /** Since when it does not; null: it does. */
  readonly failingSince: string | null;
  /** Why not, without any secret. */
  readonly reason: string | null;
}

/** What is remembered of deliveries from one run to the next; read by the check `audit.delivery`. */
export interface DeliveryState {
  readonly schema: 'valops/audit-delivery/1';
  readonly ways: Readonly<Partial<Record<DeliveryWay['name'], WayState>>>;
  /** Messages that were given up because too many waited, since the last one that arrived. */
  readonly dropped: number;
}

const limit = 64 * 1024;

/** Where the state is. */
export function deliveryStatePath(home: Home): string {
  return join(home.path, 'audit', 'delivery.json');
}

/** Reads it; what cannot be read counts as nothing: it must not keep an audit from being told. */
export function readDeliveryState({ files, home }: Pick<DeliveryDoors, 'files' | 'home'>): DeliveryState {
  const none: DeliveryState = { schema: 'valops/audit-delivery/1', ways: {}, dropped: 0 };
  const path = deliveryStatePath(home);
  if (files.stat(path) === null) return none;
  try {
    const read = JSON.parse(new TextDecoder().decode(files.read(path, limit))) as Partial<DeliveryState> | null;
    return { ...none, ways: read?.ways ?? {}, dropped: read?.dropped ?? 0 };
  } catch (error) {
    if (error instanceof SyntaxError) return none;
    throw error;
  }
}

/** Writes it, 0600. */
export function writeDeliveryState({ files, home }: Pick<DeliveryDoors, 'files' | 'home'>, state: DeliveryState): void {
  files.ensureDirectory(join(home.path, 'audit'), { mode: 0o700 });
  files.replace(deliveryStatePath(home), new TextEncoder().encode(`${JSON.stringify(state)}\n`), { mode: 0o600 });
}
