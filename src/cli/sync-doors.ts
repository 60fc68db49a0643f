import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import type { Context } from '../core/context.ts';
import type { Downloads } from '../core/downloads.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Declaration } from '../sync/declaration.ts';
import type { SyncDoors } from '../sync/source.ts';
import { read } from './arguments.ts';
import type { Options } from './command.ts';
import { declarations } from './sync-declarations.ts';

/** What every `sync` command works with. */
export interface SyncSession {
  readonly doors: SyncDoors;
  readonly config: Config;
  /** Absolute path of `valops.yaml`, whether there is one or not. */
  readonly configPath: string;
  /** Absolute path of `valops.lock` beside it. */
  readonly lockPath: string;
  readonly declared: readonly Declaration[];
  /** `linux-x64`, `linux-arm64`, or what else this machine is. */
  readonly platform: string;
  /** Absolute directory that holds the releases of `declared`, unless one names its own. */
  readonly prefix: string | undefined;
  /** Closes what was opened. */
  close(): Promise<void>;
}

/** Adds the options which all `sync` commands have. */
export function addSyncOptions(command: Command): Command {
  return command
    .option('--config <FILE>', 'configuration (default: valops.yaml here, or VALOPS_CONFIG); valops.lock is beside it')
    .option('--prefix <DIR>', 'where releases are installed, in place of what valops.yaml says');
}

/** Adds the options of commands that may fetch. */
export function addNetworkOptions(command: Command): Command {
  return command
    .option('--ca <FILE>', 'trust this certificate authority as well, besides those of the system')
    .option('--unsafe-http', 'allow http:// to addresses of this machine; journalled');
}

/**
 * Opens what the options name; the network is opened by the first fetch. Throws CONFIG_INVALID, also
 * without a `valops.yaml` unless that `may` be `absent`: a cron job in the wrong directory must not
 * find everything in order. FILE_NOT_FOUND for a file that was named.
 */
export async function openSync(
  context: Context,
  options: Options,
  may: { readonly absent?: boolean } = {},
): Promise<SyncSession> {
  const given = read(options);
  const { loadConfig } = await import('../config/valops-yaml.ts');
  const { createTrees } = await import('../store/trees.ts');
  const { createHosts } = await import('../hosts/connect.ts');
  const named = given.text('config') ?? process.env['VALOPS_CONFIG'];
  const configPath = resolve(named ?? 'valops.yaml');
  const base = dirname(configPath);
  if (named === undefined && may.absent !== true && context.files.stat(configPath) === null) {
    throw new ValopsError('CONFIG_INVALID', `there is no "${configPath}", so no binaries are declared`, {
      hint: 'Run it in the directory that holds valops.yaml, or name the file: --config FILE',
    });
  }
  const config = loadConfig(context.files, { path: named, directory: base });
  const prefix = given.text('prefix');
  let downloads: Promise<Downloads> | undefined;
  const trees = createTrees();
  const doors: SyncDoors = {
    context,
    trees,
    base,
    downloads() {
      downloads ??= given.flag('offline')
        ? Promise.reject(offline())
        : openNetwork({ context, trees, base }, config, options);
      return downloads;
    },
    hosts: createHosts(context, {
      inventory: config.hosts,
      transport: 'auto',
      key: undefined,
      hostKey: undefined,
      jump: undefined,
      knownHosts: undefined,
      passphraseFd: undefined,
      home: homedir(),
      agentSocket: process.env['SSH_AUTH_SOCK'],
    }),
  };
  return {
    doors,
    config,
    configPath,
    lockPath: join(base, 'valops.lock'),
    declared: declarations(config, prefix === undefined ? undefined : resolve(prefix)),
    platform: `${process.platform}-${process.arch}`,
    prefix: prefix === undefined ? undefined : resolve(prefix),
    async close() {
      const opened = await downloads?.catch(() => undefined);
      await opened?.close();
    },
  };
}

async function openNetwork(
  { context, trees, base }: Pick<SyncDoors, 'context' | 'trees' | 'base'>,
  config: Config,
  options: Options,
): Promise<Downloads> {
  const given = read(options);
  const { openDownloads } = await import('../net/downloads.ts');
  const insecure = given.flag('unsafeHttp');
  if (insecure) {
    context.journal.begin({ action: 'sync.unsafe-http', purpose: 'fetch without TLS from this machine' }).done();
  }
  const ca = given.text('ca') ?? (config.sync.ca === undefined ? undefined : resolve(base, config.sync.ca));
  return openDownloads(context, {
    trees,
    insecure,
    caFile: ca === undefined ? undefined : context.files.read(ca),
    environment: process.env,
  });
}

function offline(): ValopsError {
  return new ValopsError('DOWNLOAD_FAILED', 'it is not in the cache, and with --offline nothing is fetched', {
    hint: 'Fetch it where there is a network ("valops sync fetch"), or carry it here: valops sync export DIR',
  });
}
