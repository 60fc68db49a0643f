import { dirname, join, resolve } from 'node:path';
import type { AuditPolicy } from '../audit/policy.ts';
import type { Context } from '../core/context.ts';
import { readPinFile } from '../sync/pin-file.ts';
import { read } from './arguments.ts';
import type { Options } from './command.ts';

/**
 * What `valops.lock` beside `valops.yaml` pins, for checks of binaries; nothing where there is none. Throws
 * SYNC_LOCK_INVALID: pins that cannot be read are no pins to judge by.
 */
export function pinsBeside({ files }: Pick<Context, 'files'>, options: Options): Pick<AuditPolicy, 'pins'> {
  const config = read(options).text('config') ?? process.env['VALOPS_CONFIG'] ?? 'valops.yaml';
  const path = join(dirname(resolve(config)), 'valops.lock');
  return files.stat(path) === null ? {} : { pins: readPinFile(files, path).binaries };
}
