import { join } from 'node:path';
import type { Context } from '../core/context.ts';

/** Names which arch-valops users already have. */
const identityName = 'host-identity.key';
const recipientName = 'host-identity.pub';

/** The two files of one environment's age key. */
export interface KeyFiles {
  readonly directory: string;
  readonly identityFile: string;
  readonly recipientFile: string;
}

/** Where the key of an environment lives; undefined is the default environment. Throws CONFIG_ENVIRONMENT. */
export function keyFiles(context: Context, environment: string | undefined): KeyFiles {
  const directory = context.home.ageDirectory(environment);
  return { directory, identityFile: join(directory, identityName), recipientFile: join(directory, recipientName) };
}
