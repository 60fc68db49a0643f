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
  const settled = await Promise.allSettled(hosts.map((host) => gate(() => work(host))));
  return settled.map((one, index) => {
    const host = hosts[index] as N;
    if (one.status === 'fulfilled') return { host, result: one.value };
    if (one.reason instanceof ValopsError) return { host, error: one.reason };
    throw one.reason;
  });
}
