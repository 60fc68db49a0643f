import { dirname } from 'node:path';
import { ownUid, type StoreDoors } from './safe-prefix.ts';

/** The user of the system for what should own nothing; the number is the kernel's overflow id as well. */
const nobody = 65_534;

/** What stands between a program that was never run here and this machine. */
export interface Confinement {
  /** Goes before the program. */
  readonly argv: readonly string[];
  /** What was wanted and is not possible here, as a sentence each. */
  readonly lacks: readonly string[];
}

/**
 * The strongest confinement this machine offers for a first run of a program below `directory`: without
 * a network (unshare(1)), without ways to gain privileges, and for root as `nobody` without
 * capabilities (setpriv(1)). Tried out before it is answered.
 */
export async function confinement(doors: Pick<StoreDoors, 'context'>, directory: string): Promise<Confinement> {
  const { processes } = doors.context;
  const isRoot = ownUid(doors.context) === 0;
  const [unshare, setpriv] = [processes.find('unshare'), processes.find('setpriv')];
  const lacks: string[] = [];
  const argv: string[] = [];

  async function add(words: readonly string[], lacking: string): Promise<void> {
    if (await works(doors, [...argv, ...words])) argv.push(...words);
    else lacks.push(lacking);
  }

  if (isRoot) {
    await add(unshare === null ? [] : [unshare, '--net', '--'], 'it may use the network (no network namespace here)');
  }
  const drop = isRoot && isReachable(doors, directory);
  if (isRoot && !drop) lacks.push(`it runs as root ("${directory}" cannot be reached by others)`);
  const identity = drop
    ? [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all']
    : [];
  await add(
    setpriv === null ? [] : [setpriv, ...identity, '--no-new-privs', '--'],
    `it runs with all rights of ${isRoot ? 'root' : 'this user'} (setpriv does not work here)`,
  );
  return { argv, lacks };
}

async function works({ context }: Pick<StoreDoors, 'context'>, argv: readonly string[]): Promise<boolean> {
  const [program, ...rest] = argv;
  const probe = context.processes.find('true');
  if (program === undefined || rest.length === 0 || probe === null) return false;
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  return (await context.processes.run([program, ...rest, probe], { cwd: '/', env, timeout: 10_000 })).exitCode === 0;
}

/** Whether everybody may pass through every directory on the way. */
function isReachable({ context }: Pick<StoreDoors, 'context'>, directory: string): boolean {
  const stat = context.files.stat(directory);
  const passable = stat !== null && (stat.type === 'link' || (stat.mode & 0o001) !== 0);
  const parent = dirname(directory);
  return passable && (parent === directory || isReachable({ context }, parent));
}
