import type { Context } from '../core/context.ts';
import type { Hosts } from '../core/hosts.ts';
import type { Plan } from '../core/plan.ts';
import { ValopsError } from '../lib/errors.ts';

/** Largest plan that is read with `--from`, in bytes. */
const limit = 16 * 1024 * 1024;

/**
 * Reads the plan of `--from`. It may name the host otherwise than `--host` does: what counts is user,
 * address and port to which both names lead here. Throws PLAN_INVALID, and PLAN_STALE, naming both,
 * for another host; nothing is connected to.
 */
export async function readSavedPlan(
  { files }: Pick<Context, 'files'>,
  path: string,
  hosts: Hosts,
  name: string | undefined,
): Promise<Plan> {
  const { parsePlan } = await import('../core/plan-document.ts');
  const plan = parsePlan(files.read(path, limit), path);
  const [made, given] = [await ledBy(hosts, plan.host), await hosts.addressOf(name)];
  if (made === given) return plan;
  const shown = (called: string, leads: string | null): string =>
    leads === null || leads === called ? `"${called}"` : `"${called}", which is ${leads} here`;
  throw new ValopsError(
    'PLAN_STALE',
    `the saved plan was made for ${shown(plan.host, made)}, not for ${shown(hosts.nameOf(name), given)}`,
    { hint: 'Give the --host that it was made for, or make and review a new plan with --plan --out PLAN.' },
  );
}

/** Null for this machine, and for a name that leads nowhere here. */
async function ledBy(hosts: Hosts, called: string): Promise<string | null> {
  if (called === hosts.nameOf(undefined)) return null;
  try {
    return await hosts.addressOf(called);
  } catch (error) {
    if (error instanceof ValopsError && error.code === 'USAGE') return called;
    throw error;
  }
}
