import { setTimeout as delay } from 'node:timers/promises';
import { ValopsError } from '../lib/errors.ts';
import type { ApplyDoors } from './apply.ts';
import { gather } from './gather.ts';
import type { Host } from './host.ts';
import type { Job } from './job.ts';
import { factsDigest, type Plan } from './plan.ts';
import { sameChanges } from './plan-document.ts';

/** How often a host that is not yet as planned is looked at, a second apart: services take a moment. */
const looks = 3;

/**
 * Gathers over the given connection and plans again: nothing may be left to do.
 * Throws APPLY_UNVERIFIED naming what is left, and what `Host.run` throws.
 */
export async function verifyApplied(host: Host, job: Job, doors: ApplyDoors): Promise<void> {
  for (let look = 1; ; look++) {
    const left = await leftToDo(host, job, doors);
    if (left === null) return;
    if (look === looks) {
      throw new ValopsError('APPLY_UNVERIFIED', `"${host.name}" is not as planned after the change: ${left}`, {
        hint: 'Look at the differences with --plan; report a plan that does not settle.',
      });
    }
    await delay(1000);
  }
}

async function leftToDo(host: Host, job: Job, doors: ApplyDoors): Promise<string | null> {
  const { changes, refusals } = job.plan(await gather(host, job.questions, doors), host.login);
  const reasons = [...changes.map(({ summary }) => summary), ...refusals.map(({ message }) => message)];
  return reasons.length === 0 ? null : reasons.join('; ');
}

/**
 * Whether the host is as it was when the plan was made: the same facts, or the same changes to make. The
 * facts decide first: a plan made now may be refused for a reason that is none of the host's, such as our
 * own address, and then holds no changes.
 */
export async function isAsBefore(host: Host, job: Job, before: Plan, doors: ApplyDoors): Promise<boolean> {
  const snapshot = await gather(host, job.questions, doors);
  const planned = job.plan(snapshot, host.login);
  return factsDigest(snapshot, planned) === before.factsDigest || sameChanges(planned, before);
}
