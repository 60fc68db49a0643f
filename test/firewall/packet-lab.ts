import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One connection to try: from an address of the peer to a port of the host. */
export interface Probe {
  readonly from: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** Two network namespaces joined by a cable, one of them behind rules of nftables. No packet leaves them. */
export interface PacketLab {
  /** Loads rules and gives back what `nft -j -s list ruleset` prints. */
  load(script: string): string;
  /** Whether nft takes a script for valid. */
  isValid(script: string): boolean;
  /**
   * Tries connections. Nothing listens: whoever is let in is refused by the kernel at once, whoever is
   * not gets no answer within `patience` milliseconds.
   */
  probe(probes: readonly Probe[], patience: number): readonly ('answered' | 'silent')[];
  close(): void;
}

/** Addresses of the host, by family. */
export const hostAddress = { 4: '10.99.0.1', 6: 'fd99::1' } as const;

/** Whether this machine can make such a laboratory. */
export const labPossible =
  process.getuid?.() === 0 &&
  ['nft', 'ip', 'nsenter'].every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0);
export const labReason = 'needs root, nft, ip and nsenter';

const prober = `
import { connect } from 'node:net';
import { createSocket } from 'node:dgram';
let text = '';
for await (const chunk of process.stdin) text += chunk;
const { probes, hosts, patience } = JSON.parse(text);
const tcp = (from, port, host) => new Promise((resolve) => {
  const socket = connect({ localAddress: from, host, port });
  const end = (result) => { clearTimeout(timer); socket.destroy(); resolve(result); };
  const timer = setTimeout(() => end('silent'), patience);
  socket.on('connect', () => end('answered'));
  socket.on('error', ({ code }) => end(code === 'ECONNREFUSED' ? 'answered' : 'silent'));
});
const udp = (from, port, host) => new Promise((resolve) => {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const end = (result) => { clearTimeout(timer); socket.close(); resolve(result); };
  const timer = setTimeout(() => end('silent'), patience);
  socket.on('error', () => end('answered'));
  socket.bind(0, from, () => socket.connect(port, host, () => socket.send('?')));
});
const results = await Promise.all(probes.map(({ from, protocol, port }) => {
  const host = hosts[from.includes(':') ? 6 : 4];
  return protocol === 'tcp' ? tcp(from, port, host) : udp(from, port, host);
}));
console.log(JSON.stringify(results));
`;

/** Makes the laboratory; the peer has all of `addresses`. Needs `labPossible`. */
export function packetLab(addresses: readonly string[]): PacketLab {
  const [host, peer] = [`valops-lab-${process.pid}-a`, `valops-lab-${process.pid}-b`];
  const directory = mkdtempSync(join(tmpdir(), 'valops-lab-'));
  const script = join(directory, 'probe.mjs');
  writeFileSync(script, prober);
  run('ip', ['netns', 'add', host]);
  run('ip', ['netns', 'add', peer]);
  run('ip', ['-n', host, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', peer]);
  // without it an address is tentative for a second, and errors of ICMP come one a second
  const quick = 'sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.cable.accept_dad=0 net.ipv4.icmp_ratelimit=0';
  for (const name of [host, peer]) {
    within(name, ['sh', '-c', `${quick} net.ipv4.icmp_msgs_per_sec=100000 net.ipv6.icmp.ratelimit=0; true`]);
    within(name, ['ip', 'link', 'set', 'lo', 'up']);
    within(name, ['ip', 'link', 'set', 'cable', 'up']);
  }
  const add = (name: string, address: string, length: number): void =>
    void within(name, [
      'ip',
      'address',
      'add',
      `${address}/${length}`,
      'dev',
      'cable',
      ...(address.includes(':') ? ['nodad'] : []),
    ]);
  add(host, hostAddress[4], 32);
  add(host, hostAddress[6], 128);
  for (const address of addresses) add(peer, address, address.includes(':') ? 128 : 32);
  for (const name of [host, peer]) {
    within(name, ['ip', 'route', 'add', 'default', 'dev', 'cable']);
    within(name, ['ip', '-6', 'route', 'add', 'default', 'dev', 'cable']);
  }
  return {
    load(text) {
      within(host, ['nft', '-f', '-'], `flush ruleset\n${text}`);
      return within(host, ['nft', '-j', '-s', 'list', 'ruleset']);
    },
    isValid: (text) => spawnSync('nsenter', [...into(host), 'nft', '-c', '-f', '-'], { input: text }).status === 0,
    probe: (probes, patience) =>
      JSON.parse(
        within(peer, [process.execPath, script], JSON.stringify({ probes, hosts: hostAddress, patience })),
      ) as ('answered' | 'silent')[],
    close() {
      spawnSync('ip', ['netns', 'delete', host]);
      spawnSync('ip', ['netns', 'delete', peer]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function into(name: string): readonly string[] {
  return [`--net=/run/netns/${name}`, '--'];
}

function within(name: string, words: readonly string[], input = ''): string {
  return run('nsenter', [...into(name), ...words], input);
}

function run(program: string, words: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync(program, [...words], { input, encoding: 'utf8', timeout: 30_000 });
  if (status === 0) return stdout;
  throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
}
