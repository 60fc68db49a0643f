import type { Context } from '../../core/context.ts';
import { ValopsError } from '../../lib/errors.ts';
import type { ReadShare } from './combine.ts';
import { joinLines, readLine, shapeOf, type Shape } from './lines.ts';
import { decodeShare, type Share } from './share.ts';

/** What answers instead of the questions. */
const flag = 'a file of the lines, or - and the lines on standard input';

/** Throws USAGE_NO_TERMINAL when nobody could be asked for shares. */
export function requireTyping(context: Context): void {
  context.prompt.require(flag);
}

/**
 * Asks on the terminal for shares, line by line, until with the `opened` ones there are as many as
 * their set needs. A wrong line is asked for again at once, and so is a share that is here already
 * or of another set. Throws USAGE_NO_TERMINAL, INTERRUPTED.
 */
export async function typeShares(context: Context, opened: readonly ReadShare[]): Promise<readonly ReadShare[]> {
  const typed: ReadShare[] = [];
  for (;;) {
    const here = [...opened, ...typed];
    const [first] = here;
    const distinct = new Set(here.map(({ share }) => share.index)).size;
    if (first !== undefined && distinct >= first.share.threshold) return typed;
    const share = await typeShare(context, typed.length + 1);
    const { set, index } = share;
    if (first !== undefined && set !== first.share.set) {
      warn(context, `that is share ${index} of set ${set}, the others are of set ${first.share.set}`);
    } else if (here.some((one) => one.share.index === index)) {
      warn(context, `share ${index} is here already; it counts once`);
    } else {
      typed.push({ name: `typed share ${typed.length + 1}`, share, label: undefined });
    }
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
    warn(context, error.message, 'Type it again.');
    return undefined;
  }
}

function warn(context: Context, message: string, hint = 'Type the share of another trustee.'): void {
  context.events.emit({ kind: 'warning', message, hint });
}
