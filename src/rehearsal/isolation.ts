import type { Context } from '../core/context.ts';

/** How the commands of a rehearsal are run. */
export interface Isolation {
  /** Words in front of every command. */
  readonly prefix: readonly string[];
  /** For the report. */
  readonly network: 'none' | 'as on this machine';
}

/** Without privileges first: that is what an operator's laptop offers (unshare(1), user_namespaces(7)). */
const candidates: readonly (readonly string[])[] = [['--user', '--map-root-user', '--net'], ['--net']];

/** Finds out whether commands can run in a network namespace of their own, with no interface up. */
export async function findIsolation(context: Context, env: Readonly<Record<string, string>>): Promise<Isolation> {
  const unshare = context.processes.find('unshare');
  if (unshare !== null) {
    for (const options of candidates) {
      const probe = await context.processes.run([unshare, ...options, '--', 'true'], { env, timeout: 5_000 });
      if (probe.exitCode === 0) return { prefix: [unshare, ...options, '--'], network: 'none' };
    }
  }
  return { prefix: [], network: 'as on this machine' };
}
