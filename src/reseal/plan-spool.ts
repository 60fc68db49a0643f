import type { Identity } from '../age/identity.ts';
import type { Recipient } from '../age/recipient.ts';
import type { Context } from '../core/context.ts';
import type { Spool } from '../core/files.ts';
import type { SealedFile } from './look.ts';
import type { PlannedFile, ResealPlan } from './plan.ts';
import { recordDirectory } from './places.ts';

/** A planned file as a line of the spool: keys and recipients by number, and no secret. */
interface Line extends Omit<SealedFile, 'openers' | 'stat'> {
  readonly stat: Omit<SealedFile['stat'], 'modifiedAt'> & { readonly modifiedAt: number };
  readonly openers: readonly number[];
  readonly become: number | null;
  readonly reason: string | null;
}

/**
 * Writes what is planned to the disk as it comes, under no name, so that a plan of any length takes no memory.
 * `identities` are all that may be openers; `links` are read when `planned` has ended. Throws what `planned` throws, FILE_UNWRITABLE.
 */
export async function spoolPlan(
  context: Context,
  planned: AsyncIterable<PlannedFile>,
  { identities, links }: { readonly identities: readonly Identity[]; readonly links: readonly string[] },
): Promise<ResealPlan> {
  const spool = context.files.spool(recordDirectory(context));
  const sets = new Map<string, number>();
  const lists: (readonly Recipient[])[] = [];
  const count = { files: 0, changes: 0, bytes: 0 };
  const setOf = (become: readonly Recipient[]): number => {
    const name = become.map(({ fingerprint }) => fingerprint).join(' ');
    const known = sets.get(name);
    if (known !== undefined) return known;
    sets.set(name, lists.length);
    return lists.push(become) - 1;
  };
  try {
    for await (const { file, become, reason } of planned) {
      const { stat, openers } = file;
      const line: Line = {
        ...file,
        stat: { ...stat, modifiedAt: stat.modifiedAt.getTime() },
        openers: openers.map((one) => identities.indexOf(one)),
        become: become === null ? null : setOf(become),
        reason,
      };
      spool.append(JSON.stringify(line));
      count.files++;
      if (become === null) continue;
      count.changes++;
      count.bytes += stat.size;
    }
  } catch (error) {
    spool.close();
    throw error;
  }
  return { files: { [Symbol.iterator]: () => readPlan(spool, identities, lists) }, links, sets: lists, count };
}

function* readPlan(
  spool: Spool,
  identities: readonly Identity[],
  sets: readonly (readonly Recipient[])[],
): Generator<PlannedFile, void, undefined> {
  for (const text of spool.lines()) {
    const { become, reason, ...file } = JSON.parse(text) as Line;
    yield {
      file: {
        ...file,
        stat: { ...file.stat, modifiedAt: new Date(file.stat.modifiedAt) },
        openers: file.openers.flatMap((index) => identities[index] ?? []),
      },
      become: become === null ? null : (sets[become] ?? null),
      reason,
    };
  }
}
