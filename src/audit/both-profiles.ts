import type { Check, Expectation } from './check.ts';

/** The same expectation of the two profiles that look at a whole host. */
export function ofBoth(want: string, source: string): Check['expectations'] {
  const expectation: Expectation = { want, source };
  return { validator: expectation, 'cis-l1': expectation };
}
