import { homedir } from 'node:os';
import type { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import type { Context } from '../core/context.ts';
import type { Hosts } from '../core/hosts.ts';
import { ValopsError } from '../lib/errors.ts';
import { collect, read, wholeNumber } from './arguments.ts';
import type { Options } from './command.ts';

/** The hosts a command was called for, and the declared state it goes by. */
export interface HostSelection {
  readonly hosts: Hosts;
  /** For `hosts.connect`: undefined is this machine. */
  readonly names: readonly (string | undefined)[];
  readonly config: Config;
  /** `--parallel`: hosts at once, where it was said. */
  readonly parallel: number | undefined;
}

const transports = ['auto', 'ssh2', 'openssh'] as const;
const pin = /^SHA256:[A-Za-z0-9+/]{43}$/;

/** Adds the options by which a command reaches hosts. */
export function addHostOptions(command: Command): Command {
  return command
    .option('--host <HOST>', 'a host or group of valops.yaml, or user@address[:port]; repeatable', collect, [])
    .option('--ssh-key <FILE>', 'log in with this key and no other')
    .option('--ssh-host-key <SHA256:…>', 'accept this host key and no other')
    .option('--jump <HOST>', 'go through this host; several separated by commas')
    .option('--known-hosts <FILE>', "a known_hosts file instead of OpenSSH's own")
    .option('--transport <HOW>', 'ssh2, openssh (the installed client), or auto', 'auto')
    .option(
      '--passphrase-fd <N>',
      'read the passphrase of the key from descriptor N',
      wholeNumber('--passphrase-fd', 0),
    )
    .option(
      '--parallel <N>',
      'hosts at once: 10 unless given; 1 for changes, of which the first always goes alone',
      wholeNumber('--parallel', 1),
    )
    .option('--config <FILE>', 'configuration (default: valops.yaml here, or VALOPS_CONFIG)');
}

/**
 * Opens what `addHostOptions` took. Nothing is connected yet. Throws USAGE for an option that
 * cannot be, CONFIG_INVALID, and FILE_NOT_FOUND for a file that was named.
 */
export async function openHosts(context: Context, options: Options): Promise<HostSelection> {
  const given = read(options);
  const hostKey = given.text('sshHostKey');
  const transport = transports.find((one) => one === given.text('transport'));
  if (transport === undefined)
    throw usage(`--transport is "${given.text('transport')}"`, `Give one of: ${transports.join(', ')}.`);
  if (hostKey !== undefined && !pin.test(hostKey)) {
    throw usage(
      `--ssh-host-key is "${hostKey}", expected SHA256: and 43 base64 characters`,
      'Print it on the host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
    );
  }
  const { loadConfig } = await import('../config/valops-yaml.ts');
  const { createHosts } = await import('../hosts/connect.ts');
  const config = loadConfig(context.files, {
    path: given.text('config') ?? process.env['VALOPS_CONFIG'],
    directory: '.',
  });
  const hosts = createHosts(context, {
    inventory: config.hosts,
    transport,
    key: given.text('sshKey'),
    hostKey,
    jump: given.text('jump'),
    knownHosts: given.text('knownHosts'),
    passphraseFd: given.number('passphraseFd'),
    home: homedir(),
    agentSocket: process.env['SSH_AUTH_SOCK'],
  });
  return { hosts, names: hosts.select(given.list('host')), config, parallel: given.number('parallel') };
}

function usage(message: string, hint: string): ValopsError {
  return new ValopsError('USAGE', message, { hint });
}
