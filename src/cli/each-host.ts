import type { Context } from '../core/context.ts';
import type { Host } from '../core/host.ts';
import { defaultFanOut, fanOut } from '../hosts/fan-out.ts';
import type { HostAnswer } from './host-answers.ts';
import type { HostSelection } from './host-options.ts';

/**
 * Does `work` on the selected hosts, `--parallel` at once, and answers in their order. A host that
 * fails has its error for an answer and hides no other; alone, its error is thrown. `doing` is shown
 * meanwhile: `asking`.
 */
export async function onEachHost<T>(
  { events }: Pick<Context, 'events'>,
  selection: HostSelection,
  doing: string | null,
  work: (host: Host) => Promise<T>,
): Promise<readonly HostAnswer<T>[]> {
  const { hosts, names, parallel = defaultFanOut } = selection;
  const who = names.length === 1 ? hosts.nameOf(names[0]) : `${names.length} hosts`;
  if (doing !== null) events.emit({ kind: 'activity', title: `${doing} ${who}`, state: 'start' });
  const outcomes = await fanOut(names, parallel, (name) => withHost(selection, name, work));
  if (doing !== null) events.emit({ kind: 'activity', title: `${doing} ${who}`, state: 'end' });
  const [only] = outcomes;
  if (outcomes.length === 1 && only !== undefined && 'error' in only) throw only.error;
  return outcomes.map((outcome) => {
    const name = hosts.nameOf(outcome.host);
    return 'error' in outcome ? { name, error: outcome.error } : { name, result: outcome.result };
  });
}

/** Connects to a host, does `work` and closes the connection. */
export async function withHost<T>(
  { hosts }: Pick<HostSelection, 'hosts'>,
  name: string | undefined,
  work: (host: Host) => Promise<T>,
): Promise<T> {
  const host = await hosts.connect(name);
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}
