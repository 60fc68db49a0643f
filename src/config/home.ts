import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ValopsError } from '../lib/errors.ts';
import type { Home } from '../core/context.ts';

const environmentName = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/**
 * Resolves `$VALOPS_HOME` (default `~/.valops`). Throws CONFIG_ENVIRONMENT when it is not an
 * absolute path, or when an environment's name could not be a directory of its own.
 */
export function resolveHome(variables: Readonly<Record<string, string | undefined>>): Home {
  const path = variables['VALOPS_HOME'] ?? join(homedir(), '.valops');
  if (!isAbsolute(path)) {
    throw new ValopsError('CONFIG_ENVIRONMENT', `VALOPS_HOME is "${path}", which is not an absolute path`, {
      hint: 'Set VALOPS_HOME to a path that begins with "/", or unset it.',
    });
  }
  return {
    path,
    ageDirectory(environment) {
      if (environment === undefined) return join(path, 'age');
      if (!environmentName.test(environment)) {
        throw new ValopsError('CONFIG_ENVIRONMENT', `"${environment}" cannot name an environment`, {
          hint: 'Use lowercase letters, digits and inner hyphens, at most 40 characters, for example "mainnet".',
        });
      }
      return join(path, 'age', environment);
    },
  };
}

/** The journal of a home. */
export function journalPath(home: Home): string {
  return join(home.path, 'journal.jsonl');
}
