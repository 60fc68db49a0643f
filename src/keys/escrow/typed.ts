import type { Context } from '../../core/context.ts';
import { ValopsError } from '../../lib/errors.ts';
import type { ReadShare } from './combine.ts';
import { joinLines, readLine, shapeOf, type Shape } from './lines.ts';
import { decodeShare, type Share } from './share.ts';

/** What answers instead of the questions. */
const flag = 'a file of the lines, or - and the lines on standard input';

/**
 * Asks on the terminal for shares, line by line, until with the `here` ones there are as many as
 * their set needs. A wrong line is asked for again at once. Throws USAGE_NO_TERMINAL, INTERRUPTED.
 */
export async function typeShares(context: Context, here: number): Promise<readonly ReadShare[]> {
  context.prompt.require(flag);
  const typed: ReadShare[] = [];
  for (;;) {
    const share = await typeShare(context, typed.length + 1);
    if (typed.some((one) => one.share.set === share.set && one.share.index === share.index)) {
      context.events.emit({ kind: 'warning', message: `share ${share.index} was typed before; it counts once` });
      continue;
    }
    typed.push({ name: `typed share ${typed.length + 1}`, share, label: undefined });
    if (here + typed.length >= share.threshold) return typed;
  }
}

async function typeShare(context: Context, count: number): Promise<Share> {
  for (;;) {
    const lines: (readonly number[])[] = [];
    let shape: Shape | undefined;
    do {
      const number = lines.length + 1;
      const of = shape === undefined ? '' : ` of ${shape.count}`;
      const text = await context.prompt.text({ message: `Share ${count}, line ${number}${of}:`, flag });
      const read = attempt(context, () => {
        const symbols = readLine(text.trim().replace(/^\d{1,2}[.:)]?\s+/, ''), number, shape);
        if (number === 1) shape = shapeOf(symbols);
        return symbols;
      });
      if (read !== undefined) lines.push(read);
    } while (shape === undefined || lines.length < shape.count);
    const share = attempt(context, () => joinLines(lines).use(decodeShare));
    if (share !== undefined) return share;
  }
}

function attempt<T>(context: Context, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ValopsError) || error.code !== 'ESCROW_SHARE_INVALID') throw error;
    context.events.emit({ kind: 'warning', message: error.message, hint: 'Type it again.' });
    return undefined;
  }
}
