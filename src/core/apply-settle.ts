import { setTimeout as delay } from 'node:timers/promises';
import type { ApplyFailure, ApplyReport } from './apply-report.ts';
import type { Underway } from './apply-guarded.ts';
import { actorOf } from './apply-actor.ts';
import { overWays } from './apply-login.ts';
import { isAsBefore, verifyApplied } from './apply-verify.ts';
import { newLogin, waysToAsk } from './apply-ways.ts';
import { rollback } from './guard/end.ts';
import { guardStatus, type GuardStatus } from './guard/status.ts';
import { alsoRemains } from './guard/remains.ts';
import type { Host } from './host.ts';
import { ValopsError } from '../lib/errors.ts';

/** Seconds, see `ApplyOptions.grace`. */
const defaultGrace = 60;

/** Milliseconds given to the old connection at least. */
const patience = 10_000;

/**
 * Brings an apply that failed to a known end: rolls back over whatever connection works, or waits
 * until the guard has done so, and then looks. What is reported is what was found, never what was
 * asked for: a confirmation whose answer was lost turns out to be `applied`.
 */
export async function settle(underway: Underway, failure: ApplyFailure): Promise<ApplyReport> {
  const { apply, until } = underway;
  const { host, doors } = apply;
  await quietly(() => rollBack(underway, host, Math.max(patience, until - doors.clock.monotonic() + patience)));
  const status = await finalStatus(underway);
  return judge(underway, failure, status);
}

async function rollBack({ guard, apply }: Underway, host: Host, timeout?: number): Promise<void> {
  const actor = actorOf(apply.doors);
  await rollback(host, {
    actor,
    id: guard.id,
    place: apply.options.place,
    ...(timeout === undefined ? {} : { timeout }),
  });
}

/** The guard's last word; null when the host stays out of reach. */
async function finalStatus(underway: Underway): Promise<GuardStatus | null> {
  const { apply, guard, until } = underway;
  const { clock } = apply.doors;
  const end = Math.max(until, clock.monotonic()) + graceOf(underway);
  for (;;) {
    const status = await over(underway, end, async (fresh) => {
      const found = await guardStatus(fresh, apply.options.place);
      if (found.id !== guard.id || found.state !== 'armed') return found;
      await quietly(() => rollBack(underway, fresh));
      return guardStatus(fresh, apply.options.place);
    });
    const moving = status?.id === guard.id && (status.state === 'armed' || status.state === 'rolling-back');
    if (!moving || clock.monotonic() >= end) return status;
    await delay(1000);
  }
}

async function judge(underway: Underway, failure: ApplyFailure, status: GuardStatus | null): Promise<ApplyReport> {
  const { apply, guard } = underway;
  const { host, job, plan, doors } = apply;
  const end = doors.clock.monotonic() + graceOf(underway);
  const common = { schema: 'valops/apply/1', job: job.name, host: host.name, plan, guard } as const;
  const name = `"${host.name}"`;

  if (status === null) {
    const now = `${name} cannot be reached. Its guard was armed until ${guard.deadline} and should have rolled back by then${guard.coversReboot ? ', or does so at its next boot' : ''}; look at its console.`;
    return { ...common, confirmed: false, failure, remains: [], now, verdict: 'unknown', verified: false };
  }
  const remains = status.id === guard.id ? status.remains : [];
  if (status.id === guard.id && status.state === 'confirmed') {
    const verified = await over(
      underway,
      end,
      async (fresh) => {
        await verifyApplied(fresh, job, doors);
        return true;
      },
      [newLogin(host)],
    );
    if (verified === true) {
      const now = `${name} is as planned, the change is confirmed.${alsoRemains(remains)}`;
      return { ...common, confirmed: true, failure: null, remains, now, verdict: 'applied', verified: true };
    }
    const now = `The change on ${name} is confirmed, but ${name} was not seen to be as planned.`;
    return { ...common, confirmed: true, failure, remains, now, verdict: 'unknown', verified: false };
  }
  let anew = false;
  const asBefore =
    (await over(underway, end, (fresh) => {
      anew = fresh !== host;
      return isAsBefore(fresh, job, plan, doors);
    })) === true;
  const gone = status.id !== guard.id || status.state === 'none';
  if (asBefore && (gone || status.state === 'rolled-back')) {
    const still = anew || host.kind === 'local' ? '' : ' No new login worked since: look at its console.';
    const now = `${name} is as it was before; the change was rolled back.${alsoRemains(remains)}${still}`;
    return { ...common, confirmed: false, failure, remains, now, verdict: 'rolled-back', verified: true };
  }
  const steps = status.rollback.filter((line) => line.startsWith('failed '));
  const seen = { ...failure, output: [...(failure.output ?? []), ...steps] };
  const state = gone ? 'gone' : `in state "${status.state}"`;
  const now = `The guard of ${name} is ${state}, and ${name} is ${asBefore ? 'as before as far as facts tell' : 'not proven to be as before'}; a person must look: valops guard status.`;
  return { ...common, confirmed: false, failure: seen, remains, now, verdict: 'unknown', verified: false };
}

function graceOf({ apply }: Underway): number {
  return (apply.options.grace ?? defaultGrace) * 1000;
}

/** Over any way to the host within the time; null when none of them led to an answer. */
async function over<T>(
  { apply }: Underway,
  end: number,
  work: (fresh: Host) => Promise<T>,
  ways = waysToAsk(apply.host, apply.ports),
): Promise<T | null> {
  const limits = { until: end, refusals: Number.POSITIVE_INFINITY };
  return quietly(() => overWays(ways, apply.doors.clock, limits, work));
}

/** What was asked for failed: what is true is looked up afterwards. Bugs are not hidden. */
async function quietly<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ValopsError) return null;
    throw error;
  }
}
