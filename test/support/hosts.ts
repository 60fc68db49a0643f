import { readFileSync } from 'node:fs';
import type { Context } from '../../src/core/context.ts';
import type { Hosts } from '../../src/core/hosts.ts';
import { createHosts, type HostsOptions } from '../../src/hosts/connect.ts';
import { createMachine } from '../../src/hosts/local/machine.ts';
import { createFiles } from '../../src/store/files.ts';
import { makeContext, type TestContext } from './context.ts';
import type { Sshd } from './sshd.ts';

/** Real doors for hosts; `doors` replaces some. */
export function makeHosts(
  options: Partial<HostsOptions> = {},
  doors: Partial<Context> = {},
): TestContext & { readonly hosts: Hosts } {
  const made = makeContext({
    files: createFiles(),
    machine: createMachine((path) => readFileSync(path, 'utf8')),
    ...doors,
  });
  const hosts = createHosts(made.context, {
    inventory: {},
    transport: 'ssh2',
    key: undefined,
    hostKey: undefined,
    jump: undefined,
    knownHosts: undefined,
    passphraseFd: undefined,
    // nothing of the person who runs the tests
    home: '/nonexistent',
    agentSocket: undefined,
    stepTimeout: 10_000,
    ...options,
  });
  return { ...made, hosts };
}

/** The `--host` value of an sshd of the tests. */
export function addressOf({ user, port }: Pick<Sshd, 'user' | 'port'>): string {
  return `${user}@127.0.0.1:${port}`;
}

/** The options by which an sshd of the tests is reached. */
export function reaching({ key, hostKey }: Pick<Sshd, 'key' | 'hostKey'>): Pick<HostsOptions, 'key' | 'hostKey'> {
  return { key, hostKey };
}
