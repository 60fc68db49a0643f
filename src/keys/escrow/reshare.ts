import type { Context } from '../../core/context.ts';
import { agreeToPaper } from './paper.ts';
import { recoverKey, type RecoverRequest } from './recover.ts';
import { detailsOf, summaryOf, type NewSetRequest } from './split.ts';
import { parseCircle } from './trustees.ts';
import { checkPlaces, writeSet, type MadeSet } from './write-set.ts';

/** A new set of an old one's key. The shares of the old set stay as good as they were. */
export interface Reshared extends MadeSet {
  readonly oldSet: string;
  readonly oldThreshold: number;
}

/**
 * Recovers a key in memory and splits it anew: other trustees, another threshold, the same key.
 * The journal has both set ids. Throws what recovering and splitting throw.
 */
export async function reshareKey(context: Context, old: RecoverRequest, request: NewSetRequest): Promise<Reshared> {
  const circle = parseCircle(context, { ...request, paper: request.paper !== undefined });
  checkPlaces(context, request, circle);
  await agreeToPaper(context, request);
  return recoverKey(
    context,
    old,
    { action: 'keys.escrow.reshare', purpose: 'change of trustees', details: detailsOf(request) },
    async ({ key, set, threshold }) => ({
      ...(await writeSet(context, key, circle, request)),
      oldSet: set,
      oldThreshold: threshold,
    }),
    ({ oldSet, ...made }) => ({ ...summaryOf(made), oldSet }),
  );
}
