import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import type { Host } from '../core/host.ts';
import type { Hosts } from '../core/hosts.ts';
import type { Inventory } from '../core/inventory.ts';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { addressText, parseAddress } from './address.ts';
import { createLocalHost } from './local/host.ts';
import type { SshDoors } from './ssh/doors.ts';
import type { GivenTarget } from './ssh/resolve-target.ts';
import type { SshTarget } from './ssh/target.ts';
import type { Transport } from './ssh/connect.ts';

/** How the operator wants hosts to be reached: the options of `cli/host-options`. */
export interface HostsOptions extends GivenTarget {
  readonly inventory: Inventory;
  readonly transport: Transport;
  /** A known_hosts file instead of OpenSSH's own. */
  readonly knownHosts: string | undefined;
  readonly passphraseFd: number | undefined;
  /** Home directory, for `~/.ssh`. */
  readonly home: string;
  /** SSH_AUTH_SOCK. */
  readonly agentSocket: string | undefined;
  /** Milliseconds for each protocol step up to the first command; 20 s unless given. */
  readonly stepTimeout?: number;
}

type Doors = Pick<
  Context,
  'events' | 'files' | 'machine' | 'memory' | 'processes' | 'prompt' | 'randomBytes' | 'streams'
>;

const thisMachine = 'this machine';
const defaultStepTimeout = 20_000;

/** The hosts of one command line. ssh2 is loaded when the first host is reached over SSH. */
export function createHosts(doors: Doors, options: HostsOptions): Hosts {
  const { inventory } = options;
  const user = doors.machine.user();
  const askPassphrase = passphraseSource(doors, options.passphraseFd);

  async function ssh(target: SshTarget): Promise<Host> {
    const { connectSsh } = await import('./ssh/connect.ts');
    return connectSsh(target, await sshDoors(doors, options, askPassphrase), options.transport);
  }

  async function resolve(name: string): Promise<SshTarget> {
    const { resolveTarget } = await import('./ssh/resolve-target.ts');
    const { parseOpensshConfig } = await import('./ssh/openssh-config.ts');
    const { readWithIncludes } = await import('./ssh/openssh-include.ts');
    const config = parseOpensshConfig(readWithIncludes(doors.files, opensshConfig(options.home), options.home));
    return resolveTarget(name, options, { inventory, config, home: options.home, localUser: user });
  }

  return {
    select(given) {
      if (given.length === 0) return [undefined];
      const names = given.flatMap((one) => {
        if (Object.hasOwn(inventory, one)) return [one];
        const members = Object.keys(inventory).filter((name) => inventory[name]?.groups?.includes(one) === true);
        if (members.length > 0) return members;
        if (one.includes('@') && parseAddress(one) !== null) return [one];
        throw unknownHost(one, inventory);
      });
      return [...new Set(names)];
    },
    addressOf: async (name) => (name === undefined ? null : addressText(await resolve(name))),
    nameOf: (name) => name ?? thisMachine,
    connect: async (name) => (name === undefined ? local() : ssh(await resolve(name))),
  };

  function local(): Host {
    return createLocalHost(doors, {
      name: thisMachine,
      user,
      home: options.home,
      reconnect: (to) => (options.key === undefined ? null : loopback(to?.port)),
    });
  }

  /** Logs in to this machine by its own sshd; the key files on its disk vouch for it. */
  async function loopback(port = 22): Promise<Host> {
    const target = await resolve(`${user}@127.0.0.1:${port}`);
    const { ownHostKeys } = await import('./ssh/own-host-keys.ts');
    return ssh({
      ...target,
      name: thisMachine,
      hostKeys: options.hostKey === undefined ? ownHostKeys(doors.files) : [options.hostKey],
      jump: undefined,
      needsOpenssh: undefined,
    });
  }
}

async function sshDoors(
  context: Doors,
  { home, knownHosts, agentSocket, stepTimeout = defaultStepTimeout }: HostsOptions,
  passphrase: SshDoors['passphrase'],
): Promise<SshDoors> {
  const { parseKnownHosts } = await import('./ssh/known-hosts.ts');
  const paths = knownHosts === undefined ? [join(home, '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts'] : [knownHosts];
  const config = opensshConfig(home);
  return {
    context,
    knownHosts: parseKnownHosts(paths.map((path) => ({ path, text: textOf(context, path, knownHosts !== undefined) }))),
    agentSocket,
    passphrase,
    stepTimeout,
    configFile: context.files.stat(config) === null ? undefined : config,
  };
}

function opensshConfig(home: string): string {
  return join(home, '.ssh/config');
}

const textLimit = 16 * 1024 * 1024;

function textOf({ files }: Pick<Doors, 'files'>, path: string, mustExist = false): string {
  if (!mustExist && files.stat(path) === null) return '';
  return new TextDecoder().decode(files.read(path, textLimit));
}

/**
 * From the descriptor, which is read once and serves every key, or from the terminal: once for each
 * file and one question after the other, however many hosts want it at the same time.
 */
function passphraseSource(doors: Pick<Doors, 'prompt' | 'streams'>, fd: number | undefined): SshDoors['passphrase'] {
  let line: Uint8Array | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const asked = new Map<string, Promise<Secret>>();
  const ask = (file: string): Promise<Secret> => {
    const question = { message: `Passphrase of ${file}`, flag: '--passphrase-fd' };
    const answer = turn.then(() => doors.prompt.secret(question));
    turn = answer.catch(() => undefined);
    asked.set(file, answer);
    return answer;
  };
  return async (file) => {
    if (fd !== undefined) {
      line ??= doors.streams.readDescriptor(fd);
      return new Secret(Uint8Array.from(line));
    }
    // whoever gets it wipes it
    return (await (asked.get(file) ?? ask(file))).use((bytes) => new Secret(Uint8Array.from(bytes)));
  };
}

function unknownHost(given: string, inventory: Inventory): ValopsError {
  const names = Object.keys(inventory);
  return new ValopsError('USAGE', `"${given}" is neither a host or group of valops.yaml nor user@address[:port]`, {
    hint:
      names.length === 0
        ? 'Give user@address, or declare it under "hosts" in valops.yaml.'
        : `Known hosts: ${names.join(', ')}`,
  });
}
