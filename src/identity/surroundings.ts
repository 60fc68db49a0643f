import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';

/** Warns of every way in which this machine could let a secret in memory reach a disk. */
export function warnOfSurroundings(context: Context): void {
  const warn = (message: string, hint: string): void => context.events.emit({ kind: 'warning', message, hint });
  const swap = context.machine.swap();
  if (!swap.known) warn(`whether swap is active could not be read: ${swap.reason}`, 'Check with: cat /proc/swaps');
  else if (swap.value.length > 0)
    warn(`swap is active (${swap.value.join(', ')}): memory may reach a disk`, 'sudo swapoff -a');
  const dumps = context.machine.coreDumps();
  if (!dumps.known) warn(`whether core dumps are enabled could not be read: ${dumps.reason}`, 'Check with: ulimit -c');
  else if (dumps.value)
    warn(
      'core dumps are enabled: a crash would write memory to a disk',
      'ulimit -c 0; sudo sysctl kernel.core_pattern=/dev/null',
    );
  try {
    context.memory.directory('probe').destroy();
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    warn(`no memory-backed directory: ${error.message}`, error.hint ?? 'Mount a tmpfs at /dev/shm.');
  }
}
