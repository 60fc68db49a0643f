import pLimit from 'p-limit';
import { ValopsError } from '../lib/errors.ts';

/** What became of the work on one host. */
export type HostOutcome<N, T> =
  { readonly host: N; readonly result: T } | { readonly host: N; readonly error: ValopsError };

/** How many hosts are worked on at once unless the operator says otherwise. */
export const defaultFanOut = 10;

/**
 * Works on several hosts, at most `limit` at a time, and answers in their order. What fails on
 * one host is its outcome and never stops the others; anything but a ValopsError is a bug and is
 * thrown, after all have ended.
 */
export async function fanOut<N, T>(
  hosts: readonly N[],
  limit: number,
  work: (host: N) => Promise<T>,
): Promise<readonly HostOutcome<N, T>[]> {
  const gate = pLimit(limit);
  return Promise.all(
    (await Promise.allSettled(hosts.map((host) => gate(() => work(host))))).map((settled, index) => {
      const host = hosts[index] as N;
      if (settled.status === 'fulfilled') return { host, result: settled.value };
      if (settled.reason instanceof ValopsError) return { host, error: settled.reason };
      throw settled.reason;
    }),
  );
}
