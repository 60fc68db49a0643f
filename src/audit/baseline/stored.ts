import { join } from 'node:path';
import type { Context, Home } from '../../core/context.ts';

/** Where the baselines of all hosts lie. */
export function baselineDirectory(home: Home): string {
  return join(home.path, 'audit', 'baselines');
}

/** The files of all baselines, for a backup to take along. */
export function storedBaselines({ files, home }: Pick<Context, 'files' | 'home'>): readonly string[] {
  const directory = baselineDirectory(home);
  return files
    .list(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(directory, name));
}
