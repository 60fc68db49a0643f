import type { Context } from '../../core/context.ts';
import { ValopsError } from '../../lib/errors.ts';
import type { NewSetRequest } from './split.ts';

const flag = '--unsafe-paper-on-disk (or a --paper directory in memory, below /dev/shm)';

/**
 * Pages hold shares in clear. In memory that is what was asked for; where they would reach a disk,
 * somebody has to agree. Throws USAGE_NO_TERMINAL, and INTERRUPTED when the answer is no.
 */
export async function agreeToPaper(
  context: Context,
  { paper, unsafePaperOnDisk }: Pick<NewSetRequest, 'paper' | 'unsafePaperOnDisk'>,
): Promise<void> {
  if (paper === undefined) return;
  const inMemory = context.memory.holds(paper);
  if (!inMemory && !unsafePaperOnDisk) {
    context.prompt.require(flag);
    const message = `"${paper}" is on a disk, and the pages hold every share in clear. Write them there?`;
    if (!(await context.prompt.yes({ message, flag }))) {
      throw new ValopsError('INTERRUPTED', 'the pages were declined; nothing was written', {
        hint: 'Name a directory in memory: --paper /dev/shm/pages',
      });
    }
  }
  context.events.emit({
    kind: 'warning',
    message: `the pages in "${paper}" hold every share in clear${inMemory ? '' : ', and are on a disk'}`,
    hint: `Print them, hand them out, then: find '${paper.replaceAll("'", String.raw`'\''`)}' -type f -exec shred -u {} +`,
  });
}
