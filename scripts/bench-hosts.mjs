#!/usr/bin/env zx
// Measures how long it takes to learn everything about 1, 10 and 50 hosts: `valops facts` against Ansible's
// setup module, on the same hosts, pairs in turn, medians. The hosts are sshd processes of this machine, each
// in a network and a mount namespace of its own; no packet leaves it. Needs root, openssh-server, iproute2, and
// for the comparison ansible-core.
//
//   npm run bench:hosts                          1, 10 and 50 hosts, 3 pairs
//   npm run bench:hosts -- --hosts 1,10 --pairs 5
import { spawn } from 'node:child_process';
import { $, argv, fs, os, path, sleep, which } from 'zx';
import { median } from './bench-pairs.mjs';

const sizes = String(argv.hosts ?? '1,10,50')
  .split(',')
  .map(Number);
const pairs = Number(argv.pairs ?? 3);
const most = Math.max(...sizes);
const prefix = 'vob';
const net = process.env.VALOPS_BENCH_NET ?? '10.88.0';
const root = path.resolve(import.meta.dirname, '..');
const bin = process.env.VALOPS_TRIALS_BIN ?? path.join(root, 'bin/valops.js');
const dir = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'valops-bench-hosts-'));
const at = (...names) => path.join(dir, ...names);
const hub = `${prefix}-hub`;
const addressOf = (n) => `${net}.${n + 10}`;
const fromHub = ['nsenter', `--net=/run/netns/${hub}`, '--'];
const running = [];
$.verbose = false;
// bash takes a first shell with a socket as standard input for one of a remote login, and reads ~/.bashrc
$.env = { ...process.env, SHLVL: '2' };
const quiet = $({ quiet: true, nothrow: true });

// $1 directory of the host, $2 its name: changes of /etc and /var stay with it
const hostScript = `mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/etc,workdir=$1/etc-work" /etc &&
mount -t overlay overlay -o "lowerdir=/var,upperdir=$1/var,workdir=$1/var-work" /var &&
mount -t tmpfs none /run && mkdir -p /run/sshd && mount -t tmpfs none /root && mount -t sysfs none /sys
mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys
hostname "$2"
exec /usr/sbin/sshd -D -e -f "$1/sshd_config"`;

async function startFleet() {
  for (const name of ['id', 'host']) await $`ssh-keygen -q -t ed25519 -N ${''} -f ${at(name)}`;
  fs.ensureDirSync('/run/sshd');
  await removeNamespaces();
  await $`ip netns add ${hub}`;
  await $`ip -n ${hub} link set lo up`;
  await $`ip -n ${hub} link add br0 type bridge`;
  await $`ip -n ${hub} address add ${net}.1/24 dev br0`;
  await $`ip -n ${hub} link set br0 up`;
  for (let n = 1; n <= most; n++) {
    const name = `${prefix}-${n}`;
    const own = at(String(n));
    for (const folder of ['etc', 'etc-work', 'var', 'var-work']) fs.ensureDirSync(path.join(own, folder));
    await $`ip netns add ${name}`;
    await $`ip -n ${name} link set lo up`;
    await $`ip -n ${hub} link add v${n} type veth peer name eth0 netns ${name}`;
    await $`ip -n ${hub} link set v${n} master br0 up`;
    await $`ip -n ${name} address add ${addressOf(n)}/24 dev eth0`;
    await $`ip -n ${name} link set eth0 up`;
    fs.writeFileSync(
      path.join(own, 'sshd_config'),
      [
        `ListenAddress ${addressOf(n)}`,
        `HostKey ${at('host')}`,
        `AuthorizedKeysFile ${at('id.pub')}`,
        'PidFile none',
        'StrictModes no',
        'UsePAM no',
        'PermitRootLogin prohibit-password',
        'PasswordAuthentication no',
        'Subsystem sftp internal-sftp',
        '',
      ].join('\n'),
    );
    const words = [`--net=/run/netns/${name}`, 'unshare', '--mount', '--uts', '--propagation', 'private'];
    running.push(spawn('nsenter', [...words, 'sh', '-c', hostScript, 'sh', own, name], { stdio: 'ignore' }));
  }
  for (let n = 1; n <= most; n++) {
    const check = $({ nothrow: true, quiet: true });
    for (let tries = 0; ; tries++) {
      const probe = `</dev/tcp/${addressOf(n)}/22`;
      if ((await check`${[...fromHub, 'bash', '-c', probe]}`).exitCode === 0) break;
      if (tries > 100) throw new Error(`host ${n} does not answer`);
      await sleep(100);
    }
  }
}

/** Ours, or left over from a run that was killed: such a name may be a plain file. */
async function removeNamespaces() {
  const names = fs.existsSync('/run/netns') ? fs.readdirSync('/run/netns') : [];
  for (const name of names.filter((one) => one.startsWith(`${prefix}-`))) {
    await quiet`ip netns delete ${name}`;
    fs.removeSync(path.join('/run/netns', name));
  }
}

async function stopFleet() {
  for (const child of running) child.kill('SIGTERM');
  await removeNamespaces();
  await sleep(200);
  fs.removeSync(dir);
}

/** Wall seconds of a command, CPU seconds of it and of what it started, and what it said. */
async function measure(words, variables) {
  const before = process.hrtime.bigint();
  const timed = [...fromHub, 'bash', '-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', ...words];
  const child = spawn(timed[0], timed.slice(1), {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  await new Promise((resolve) => child.once('close', resolve));
  const [, user = 0, system = 0] = /cpu ([\d.]+) ([\d.]+)/.exec(err) ?? [];
  return { seconds: Number(process.hrtime.bigint() - before) / 1e9, cpu: Number(user) + Number(system), out, err };
}

async function ours(count) {
  const run = await measure(
    [
      process.execPath,
      bin,
      'facts',
      '--json',
      '--host',
      `fleet-${count}`,
      '--config',
      at('valops.yaml'),
      '--known-hosts',
      at('known_hosts'),
    ],
    { HOME: dir, VALOPS_HOME: at('home') },
  );
  const { hosts = [] } = JSON.parse(run.out);
  const good = hosts.filter(({ roundTrips, facts }) => roundTrips === 1 && facts !== undefined);
  if (good.length !== count)
    throw new Error(`valops: ${good.length} of ${count} hosts in one round trip: ${run.err} ${run.out.slice(0, 500)}`);
  return { ...run, facts: Object.keys(good[0].facts).length, bytes: run.out.length };
}

async function theirs(count) {
  const pattern = `fleet[0:${count - 1}]`;
  const run = await measure(['ansible', '-i', at('fleet.ini'), pattern, '-f', String(count), '-m', 'setup'], {
    ANSIBLE_CONFIG: at('ansible.cfg'),
    ANSIBLE_HOME: at('ansible'),
  });
  const good = run.out.match(/\| SUCCESS =>/g)?.length ?? 0;
  if (good !== count)
    throw new Error(`ansible: ${good} of ${count} hosts: ${run.err.slice(0, 500)} ${run.out.slice(0, 500)}`);
  return { ...run, bytes: run.out.length };
}

function configure(hostKey) {
  fs.writeFileSync(at('known_hosts'), '');
  const hosts = {};
  for (let n = 1; n <= most; n++) {
    const groups = sizes.filter((size) => n <= size).map((size) => `fleet-${size}`);
    hosts[`host-${n}`] = { address: addressOf(n), user: 'root', key: at('id'), hostKey, groups };
  }
  fs.writeFileSync(at('valops.yaml'), JSON.stringify({ hosts }));
  const lines = Array.from({ length: most }, (_, n) => `host-${n + 1} ansible_host=${addressOf(n + 1)}`);
  fs.writeFileSync(
    at('fleet.ini'),
    ['[fleet]', ...lines, '[fleet:vars]', `ansible_ssh_private_key_file=${at('id')}`, 'ansible_user=root', ''].join(
      '\n',
    ),
  );
  // no master connections: valops logs in anew each time as well; pipelining is Ansible at its best
  fs.writeFileSync(
    at('ansible.cfg'),
    [
      '[defaults]',
      'host_key_checking=False',
      'interpreter_python=/usr/bin/python3',
      `local_tmp=${at('ansible-tmp')}`,
      '[ssh_connection]',
      'pipelining=True',
      'ssh_args=-o ControlMaster=no -o UserKnownHostsFile=/dev/null',
      '',
    ].join('\n'),
  );
}

async function main() {
  const ansible = await which('ansible', { nothrow: true });
  if (ansible === null) console.error('no ansible in PATH (apt-get install ansible-core): valops is measured alone');
  await startFleet();
  configure((await $`ssh-keygen -lf ${at('host.pub')}`).stdout.split(' ')[1]);
  const version = ansible === null ? '' : (await $`ansible --version`).stdout.split('\n')[0];
  const rows = [];
  for (const count of sizes) {
    const runs = [];
    // the first pair warms the caches
    for (let pair = -1; pair < pairs; pair++) {
      const a = await ours(count);
      const b = ansible === null ? null : await theirs(count);
      if (pair >= 0) runs.push({ a, b });
    }
    const of = (side, what) => median(runs.map((run) => run[side][what]));
    const peer =
      ansible === null
        ? ['-', '-', '-']
        : [
            of('b', 'seconds').toFixed(2),
            of('b', 'cpu').toFixed(2),
            median(runs.map(({ a, b }) => b.seconds / a.seconds)).toFixed(1),
          ];
    rows.push([
      String(count),
      String(runs[0].a.facts),
      of('a', 'seconds').toFixed(2),
      of('a', 'cpu').toFixed(2),
      ...peer,
    ]);
  }
  console.log(
    `Node ${process.version}, ${os.cpus().length} cores, ${version}, medians of ${pairs} pairs; hosts share this machine`,
  );
  const head = ['hosts', 'facts', 'valops s', 'its CPU s', 'ansible s', 'its CPU s', 'times faster'];
  for (const row of [head, ...rows]) console.log(row.map((cell) => cell.padStart(13)).join(''));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => void stopFleet().finally(() => process.exit(130)));
try {
  await main();
} finally {
  await stopFleet();
}
