import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { homedir, tmpdir } from 'node:os';
import type { Host } from '../../src/core/host.ts';
import { createHosts } from '../../src/hosts/connect.ts';
import { createFiles } from '../../src/store/files.ts';
import { root } from '../architecture/imports.ts';
import { makeContext } from './context.ts';

/** Why host tests do not run: they need root, lxc, and to be started from the hub's network. */
export const hostsWanted = (process.env['VALOPS_TEST_HOSTS'] ?? '') !== '';
export const hostsReason = 'real hosts: npm run test:hosts, as root';

const prefix = process.env['VALOPS_HOSTS_PREFIX'] ?? 'vo';
const net = process.env['VALOPS_HOSTS_NET'] ?? '10.85.0';
const state = process.env['VALOPS_HOSTS_DIR'] ?? join(tmpdir(), 'valops-test-hosts');

/** A full Debian host of scripts/hosts.mjs. */
export interface RealHost {
  readonly address: string;
  /** Private key that root and ops accept. */
  readonly key: string;
  /** `SHA256:…` of its ed25519 host key. */
  readonly hostKey: string;
  /** On its console, whatever sshd and firewall do; the output, trimmed. Throws when it fails. */
  console(script: string): string;
  /** The same, null when it fails. */
  tryConsole(script: string): string | null;
  connect(user?: string): Promise<Host>;
  /** Whether a login works now, by the OpenSSH client. */
  canLogIn(user?: string): boolean;
  /** Stops every process of the host, its timers too: a host that hangs. */
  freeze(): void;
  thaw(): void;
  /** Pulls the plug. */
  kill(): void;
  /** Boots the same disk again and waits for systemd. */
  boot(): void;
}

/** Boots host `n` from the bare base system, forgetting what it was; about two seconds. */
export function freshHost(n: number): RealHost {
  insideHub();
  harness('reset', String(n));
  harness('wait', String(n));
  return realHost(n);
}

/** Stops and removes host `n`. */
export function removeHost(n: number): void {
  harness('down', String(n));
}

function realHost(n: number): RealHost {
  const address = `${net}.${n + 10}`;
  const key = join(state, 'id');
  const console_ = (script: string): string => harness('sh', String(n), 'sh', '-c', script);
  const hostKey = console_('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub').split(' ')[1] ?? '';
  return {
    address,
    key,
    hostKey,
    console: console_,
    tryConsole(script) {
      try {
        return console_(script);
      } catch {
        return null;
      }
    },
    connect: (user = 'root') => connect(`${user}@${address}`, key, hostKey),
    canLogIn(user = 'root') {
      const options = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'BatchMode=yes'];
      const words = [...options, '-o', 'ConnectTimeout=2', '-i', key, `${user}@${address}`, 'true'];
      return spawnSync('ssh', words, { timeout: 10_000 }).status === 0;
    },
    freeze: () => void harness('freeze', String(n)),
    thaw: () => void harness('thaw', String(n)),
    kill: () => void harness('kill', String(n)),
    boot() {
      harness('up', String(n));
      harness('wait', String(n));
    },
  };
}

function connect(name: string, key: string, hostKey: string): Promise<Host> {
  const { context } = makeContext({
    files: createFiles(),
    machine: {
      user: () => 'tester',
      hostname: () => 'laptop',
      interfaces: () => ({ known: false, reason: 'test' }),
      routes: () => ({ known: false, reason: 'test' }),
      swap: () => ({ known: false, reason: 'test' }),
      coreDumps: () => ({ known: false, reason: 'test' }),
      resolveOwner: () => ({ uid: 0, gid: 0 }),
    },
  });
  const hosts = createHosts(context, {
    inventory: {},
    transport: 'ssh2',
    key,
    hostKey,
    jump: undefined,
    knownHosts: undefined,
    passphraseFd: undefined,
    home: homedir(),
    agentSocket: undefined,
    stepTimeout: 3000,
  });
  return hosts.connect(name);
}

function harness(...words: readonly string[]): string {
  const script = join(root, 'scripts/hosts.mjs');
  const run = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8', timeout: 120_000 });
  if (run.status === 0) return run.stdout.trim();
  throw new Error(`hosts.mjs ${words.join(' ')}: exit ${run.status}: ${run.stderr.trim()} ${run.stdout.trim()}`);
}

/** The same addresses may exist outside: no packet may leave before this has held. */
function insideHub(): void {
  const hub = `/run/netns/${prefix}-hub`;
  const own = statSync('/proc/self/ns/net').ino;
  try {
    if (statSync(hub).ino === own) return;
  } catch {
    // no hub yet
  }
  throw new Error(`run from the hub: ${hostsReason} (${readFileSync('/proc/self/comm', 'utf8').trim()})`);
}
