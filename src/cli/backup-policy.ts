import { dirname, join, resolve } from 'node:path';
import type { BackupPolicy } from '../backup/policy.ts';
import type { Context } from '../core/context.ts';
import { read } from './arguments.ts';
import type { Options } from './command.ts';

/** The backup policy of `valops.yaml`, and the files it was declared in. */
export interface DeclaredBackups {
  readonly policy: BackupPolicy;
  /** Absolute path of `valops.yaml`, whether it is there or not. */
  readonly configuration: string;
  /** Absolute path of the `valops.lock` beside it, likewise. */
  readonly pins: string;
}

/** Reads what `--config` (or VALOPS_CONFIG) names. Throws CONFIG_INVALID, and FILE_NOT_FOUND for a file that was named. */
export async function declaredBackups(context: Context, options: Options): Promise<DeclaredBackups> {
  const { loadConfig } = await import('../config/valops-yaml.ts');
  const { backupPolicy } = await import('../config/schema-backup.ts');
  const path = read(options).text('config') ?? process.env['VALOPS_CONFIG'];
  const configuration = resolve(path ?? 'valops.yaml');
  const base = dirname(configuration);
  const config = loadConfig(context.files, { path, directory: base });
  return { policy: backupPolicy(config, base), configuration, pins: join(base, 'valops.lock') };
}
