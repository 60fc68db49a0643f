import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { keyFiles } from './key-files.ts';
import { showKey, type KeyShown } from './show.ts';
import { octal } from '../lib/octal.ts';

/** One environment's key, or the reason why it cannot be told. */
export interface KeyListed {
  /** Null for the default environment. */
  readonly environment: string | null;
  readonly key: KeyShown | null;
  /** What an operator should mend: a looser mode, a missing half. Empty when all is well. */
  readonly problems: readonly string[];
}

/** All age keys below `$VALOPS_HOME/age`, the default environment first. */
export async function listKeys(context: Context): Promise<readonly KeyListed[]> {
  const root = context.home.ageDirectory(undefined);
  const environments = context.files
    .list(root)
    .filter((name) => context.files.stat(`${root}/${name}`)?.type === 'directory');
  const listed = await Promise.all([undefined, ...environments].map((environment) => listKey(context, environment)));
  return listed.filter((entry) => entry !== null);
}

async function listKey(context: Context, environment: string | undefined): Promise<KeyListed | null> {
  try {
    const files = keyFiles(context, environment);
    const identity = context.files.stat(files.identityFile);
    if (identity === null && context.files.stat(files.recipientFile) === null) return null;
    const problems: string[] = [];
    if (identity === null) problems.push(`the private key "${files.identityFile}" is missing`);
    else if ((identity.mode & 0o077) !== 0) {
      problems.push(`"${files.identityFile}" has mode ${octal(identity.mode)}, expected 0600`);
    }
    return { environment: environment ?? null, key: await showKey(context, environment), problems };
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    return { environment: environment ?? null, key: null, problems: [error.message] };
  }
}
