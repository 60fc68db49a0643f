import { ValopsError } from '../lib/errors.ts';
import type { HostOutcome } from './fan-out.ts';

/** What a result means for the hosts that follow: it proves the way, says nothing, or ends the run. */
export type RollOutStep = 'proof' | 'nothing' | 'stop';

/** How far a roll-out came. */
export interface RolledOut<N, T> {
  /** Of the hosts that were begun, in the order given. */
  readonly outcomes: readonly HostOutcome<N, T>[];
  readonly notBegun: readonly N[];
}

/**
 * Changes several hosts: one alone after the other until a result is a proof, then at most `limit` at
 * once. A ValopsError, or a result that is `stop`, keeps hosts from being begun; those under way come
 * to their end. Anything else that is thrown is a bug and is thrown, after they have.
 */
export async function rollOut<N, T>(
  hosts: readonly N[],
  limit: number,
  work: (host: N) => Promise<T>,
  judge: (result: T) => RollOutStep,
): Promise<RolledOut<N, T>> {
  const outcomes = new Map<number, HostOutcome<N, T>>();
  const bugs: unknown[] = [];
  let next = 0;
  let stopped = false;

  async function one(): Promise<RollOutStep> {
    const index = next++;
    const host = hosts[index] as N;
    const step = await work(host).then(
      (result) => {
        outcomes.set(index, { host, result });
        return judge(result);
      },
      (error: unknown) => {
        if (error instanceof ValopsError) outcomes.set(index, { host, error });
        else bugs.push(error);
        return 'stop' as const;
      },
    );
    if (step === 'stop') stopped = true;
    return step;
  }
  const goesOn = (): boolean => !stopped && next < hosts.length;

  while (goesOn()) if ((await one()) === 'proof') break;
  await Promise.all(
    Array.from({ length: limit }, async () => {
      while (goesOn()) await one();
    }),
  );
  if (bugs.length > 0) throw bugs[0];
  const begun = [...outcomes].toSorted(([a], [b]) => a - b).map(([, outcome]) => outcome);
  return { outcomes: begun, notBegun: hosts.slice(next) };
}
