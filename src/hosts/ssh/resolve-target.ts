import { join } from 'node:path';
import type { Inventory } from '../../core/inventory.ts';
import { ValopsError } from '../../lib/errors.ts';
import { parseAddress, type Address } from '../address.ts';
import type { OpensshConfig } from './openssh-config.ts';
import type { SshTarget } from './target.ts';

/** What the operator said on the command line; it goes before everything else. */
export interface GivenTarget {
  readonly key: string | undefined;
  readonly hostKey: string | undefined;
  readonly jump: string | undefined;
}

/** Where targets come from, besides the command line. */
export interface TargetSources {
  readonly inventory: Inventory;
  readonly config: OpensshConfig;
  readonly home: string;
  readonly localUser: string;
}

const defaultKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa', 'id_ed25519_sk', 'id_ecdsa_sk'];
const longestChain = 8;

/**
 * Resolves a value of `--host`: a name of the inventory, or `user@address[:port]`. Each property
 * comes from the command line, else `valops.yaml`, else `~/.ssh/config`, else OpenSSH's default.
 *
 * Throws USAGE for a value that is neither, and for jump hosts that go round in a circle.
 */
export function resolveTarget(name: string, given: GivenTarget, sources: TargetSources, depth = 0): SshTarget {
  const { inventory, config, home, localUser } = sources;
  if (depth > longestChain) {
    throw new ValopsError('USAGE', `the jump hosts of "${name}" lead through more than ${longestChain} hosts`, {
      hint: 'Look for a circle among the jump hosts.',
    });
  }
  const entry = Object.hasOwn(inventory, name) ? inventory[name] : undefined;
  const address: Address | null =
    entry === undefined ? parseAddress(name) : { ...entry, user: entry.user, port: entry.port };
  if (address === null) {
    throw new ValopsError('USAGE', `"${name}" is neither a host of valops.yaml nor [user@]address[:port]`, {
      hint: 'Declare it under "hosts" in valops.yaml, or give user@address; an IPv6 address in brackets.',
    });
  }
  const known = config.lookup(address.address, address.user);
  const user = address.user ?? known.user ?? localUser;
  const port = address.port ?? known.port ?? 22;
  const reached = known.address ?? address.address;
  const key = given.key ?? entry?.key;
  const jump = given.jump ?? entry?.jump ?? known.jump;
  const files =
    key !== undefined ? [key] : known.keys.length > 0 ? known.keys : defaultKeys.map((file) => `~/.ssh/${file}`);
  return {
    name: entry === undefined ? `${user}@${bracketed(address.address)}:${port}` : name,
    address: reached,
    port,
    user,
    keys: {
      files: files.map((file) => expandHome(file, home)),
      named: key !== undefined,
      only: key !== undefined || known.identitiesOnly,
    },
    hostKeys: given.hostKey !== undefined ? [given.hostKey] : (entry?.hostKey ?? []),
    jump: jump === undefined ? undefined : resolveJump(jump, sources, depth),
    alias: address.address,
    knownAs: known.hostKeyAlias ?? (port === 22 ? reached : `[${reached}]:${port}`),
    needsOpenssh: jump === undefined ? known.needsOpenssh : undefined,
  };
}

/** `--jump A,B` as ProxyJump: first A, then B from there. What is given for the target does not hold for them. */
function resolveJump(jump: string, sources: TargetSources, depth: number): SshTarget {
  const given: GivenTarget = { key: undefined, hostKey: undefined, jump: undefined };
  const hops = jump.split(',').map((hop) => hop.trim().replace(/^ssh:\/\//, ''));
  const last = hops.pop() ?? '';
  return resolveTarget(last, { ...given, jump: hops.length === 0 ? undefined : hops.join(',') }, sources, depth + 1);
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function expandHome(file: string, home: string): string {
  return (file.startsWith('~/') ? join(home, file.slice(2)) : file).replaceAll('%d', home);
}
