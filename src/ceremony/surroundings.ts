import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { judgeOffline } from '../identity/offline.ts';
import type { Answers } from './answers.ts';
import { programDigest } from './program-digest.ts';

/** What must be true of the machine; each can be accepted by `--unsafe-accept`. */
export const assertionIds = ['online', 'swap', 'core-dumps', 'disk', 'clock', 'program'] as const;
export type AssertionId = (typeof assertionIds)[number];

/** One assertion about the machine, judged. */
export interface Assertion {
  readonly id: AssertionId;
  readonly title: string;
  readonly holds: boolean;
  /** What was found, for both people to read. */
  readonly found: string;
  /** Not true, but accepted on the command line. */
  readonly accepted: boolean;
}

/** No ceremony was held before this program was written. */
const earliest = Date.parse('2026-01-01T00:00:00Z');
/** FAT keeps local time: a file can seem up to 14 hours younger than it is, and a little more. */
const skew = 26 * 3_600_000;

/** Judges the machine. `root` is where this program is installed. Unknown is never a pass. */
export async function judgeSurroundings(
  context: Context,
  answers: Pick<Answers, 'work' | 'media' | 'program'>,
  accepted: readonly AssertionId[],
  root: string,
): Promise<readonly Assertion[]> {
  const { machine, memory } = context;
  const offline = judgeOffline(machine);
  const swap = machine.swap();
  const dumps = machine.coreDumps();
  const digest = await programDigest(context, root);
  const judged: readonly Omit<Assertion, 'accepted'>[] = [
    {
      id: 'online',
      title: 'no network',
      holds: offline.offline,
      found: offline.offline ? 'no address but loopback, no route' : offline.evidence.join('; '),
    },
    {
      id: 'swap',
      title: 'no swap',
      holds: swap.known && swap.value.length === 0,
      found: swap.known ? swap.value.join(', ') || 'none' : swap.reason,
    },
    {
      id: 'core-dumps',
      title: 'no core dumps',
      holds: dumps.known && !dumps.value,
      found: dumps.known ? (dumps.value ? 'a crash would write memory' : 'none') : dumps.reason,
    },
    {
      id: 'disk',
      title: 'working directory in memory',
      holds: memory.holds(answers.work),
      found: `"${answers.work}" is ${memory.holds(answers.work) ? 'in memory' : 'on a disk'}`,
    },
    { id: 'clock', title: 'clock plausible', ...judgeClock(context, answers.media) },
    {
      id: 'program',
      title: 'this program is the one on the print',
      holds: answers.program === undefined || answers.program === digest,
      found: `${digest}${answers.program === undefined ? '; compare it with the print' : answers.program === digest ? '; as given' : `, expected ${answers.program}`}`,
    },
  ];
  return judged.map((one) => ({ ...one, accepted: !one.holds && accepted.includes(one.id) }));
}

/** Throws CEREMONY_SURROUNDINGS naming everything that neither holds nor was accepted. */
export function refuseSurroundings(assertions: readonly Assertion[]): void {
  const refused = assertions.filter(({ holds, accepted }) => !holds && !accepted);
  if (refused.length === 0) return;
  throw new ValopsError(
    'CEREMONY_SURROUNDINGS',
    `this machine is not fit for a ceremony: ${refused.map(({ title, found }) => `expected ${title}, found ${found}`).join('; ')}`,
    {
      hint: `Mend it: interfaces down, swapoff -a, sysctl kernel.core_pattern=/dev/null, work below /dev/shm. ${refused.map(({ id }) => `--unsafe-accept ${id}`).join(' ')} overrides, and is on the transcript.`,
    },
  );
}

function judgeClock(context: Context, media: readonly string[]): Pick<Assertion, 'holds' | 'found'> {
  const now = context.clock.now();
  const found = now.toISOString();
  if (now.getTime() < earliest) return { holds: false, found: `${found}, which is before this program was written` };
  for (const path of media) {
    const made = context.files.stat(path)?.modifiedAt.getTime() ?? 0;
    if (made > now.getTime() + skew) {
      return { holds: false, found: `${found}, but "${path}" is of ${new Date(made).toISOString()}` };
    }
  }
  return { holds: true, found: `${found}; compare it with a watch` };
}
