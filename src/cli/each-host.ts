import type { Context } from '../core/context.ts';
import type { Host } from '../core/host.ts';
import type { Options } from './command.ts';
import { openHosts } from './host-options.ts';

/** Does `work` on each host of `--host`, one after the other; the first error ends it. */
export async function onEachHost<T>(
  context: Context,
  options: Options,
  work: (host: Host) => Promise<T>,
): Promise<readonly { readonly name: string; readonly result: T }[]> {
  const { hosts, names } = await openHosts(context, options);
  const results: { name: string; result: T }[] = [];
  for (const name of names) {
    const host = await hosts.connect(name);
    try {
      results.push({ name: host.name, result: await work(host) });
    } finally {
      await host.close();
    }
  }
  return results;
}
