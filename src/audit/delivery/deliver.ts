import { ValopsError } from '../../lib/errors.ts';
import type { DeliveryDeclared } from './declared.ts';
import { deliveryWays } from './registry.ts';
import type { DeliveredRun, DeliveryDoors, DeliveryWay } from './run.ts';
import { readDeliveryState, writeDeliveryState, type WayState } from './state.ts';

/** A way that did not do what it should. */
export interface DeliveryFailure {
  readonly way: DeliveryWay['name'];
  readonly error: ValopsError;
}

/** Tells that a run begins. What fails here is said, and does not keep the run from being made. */
export async function deliverBegin(
  declared: DeliveryDeclared,
  doors: Omit<DeliveryDoors, 'lost'>,
): Promise<readonly DeliveryFailure[]> {
  return each(async (way) => way.begin?.(declared, { ...doors, lost: () => undefined }));
}

/**
 * Goes every declared way, whatever becomes of the others, and remembers how each fared: the next run finds
 * what failed (`audit.delivery`). Throws what keeps the state from being written: FILE_UNWRITABLE.
 */
export async function deliver(
  run: DeliveredRun,
  declared: DeliveryDeclared,
  doors: Omit<DeliveryDoors, 'lost'>,
): Promise<readonly DeliveryFailure[]> {
  const before = readDeliveryState(doors);
  if (Object.keys(declared).length === 0 && Object.keys(before.ways).length === 0) return [];
  let lost = before.dropped;
  const counting = { ...doors, lost: (messages: number): void => void (lost += messages) };
  const failures = await each((way) => way.deliver(run, declared, counting));
  const now = doors.clock.now().toISOString();
  const ways = deliveryWays
    .filter(({ name }) => declared[name] !== undefined)
    .map(({ name }): readonly [string, WayState] => {
      const failed = failures.find(({ way }) => way === name);
      const last = before.ways[name];
      if (failed === undefined) return [name, { done: now, failingSince: null, reason: null }];
      const { code, message } = failed.error;
      return [
        name,
        { done: last?.done ?? null, failingSince: last?.failingSince ?? now, reason: `${message} (${code})` },
      ];
    });
  const dropped = failures.some(({ way }) => way === 'webhook') ? lost : 0;
  writeDeliveryState(doors, { schema: 'valops/audit-delivery/1', ways: Object.fromEntries(ways), dropped });
  return failures;
}

/** What each way would do, in words, for those that have something to do; and which of them could not. */
export async function rehearseDelivery(
  run: DeliveredRun,
  declared: DeliveryDeclared,
  { files }: Pick<DeliveryDoors, 'files'>,
): Promise<{ readonly would: readonly string[]; readonly failures: readonly DeliveryFailure[] }> {
  const failures = await each((way) => Promise.resolve().then(() => way.prove(declared, files)));
  return { would: deliveryWays.flatMap((way) => way.describe(run, declared) ?? []), failures };
}

async function each(work: (way: DeliveryWay) => Promise<void>): Promise<readonly DeliveryFailure[]> {
  const failures: DeliveryFailure[] = [];
  for (const way of deliveryWays) {
    try {
      await work(way);
    } catch (error) {
      if (!(error instanceof ValopsError)) throw error;
      failures.push({ way: way.name, error });
    }
  }
  return failures;
}
