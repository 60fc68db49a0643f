#!/usr/bin/env zx
// Measures how long it takes to learn everything about 1, 10 and 50 hosts: `valops facts` against Ansible's
// setup module, on the same hosts, pairs in turn, medians. The hosts are sshd processes in the base system of
// scripts/hosts.mjs, each in namespaces of its own; no packet leaves this machine. Needs root and what that script
// needs, and for the comparison ansible-core.
//
// valops is measured twice: with every question there is, among them walks through all file systems that setup does
// not do, and with the families that are about what setup is about.
//
//   npm run bench:hosts                          1, 10 and 50 hosts, 3 pairs
//   npm run bench:hosts -- --hosts 1,10 --pairs 5
//   npm run bench:hosts -- --only system,ssh     other families as those alike
import { spawn } from 'node:child_process';
import { $, argv, fs, os, path, sleep, which } from 'zx';
import { median } from './bench-pairs.mjs';

const sizes = String(argv.hosts ?? '1,10,50')
  .split(',')
  .map(Number);
const pairs = Number(argv.pairs ?? 3);
const most = Math.max(...sizes);
const alike = String(argv.only ?? 'system,network,login,ssh,listening');
const prefix = 'vob';
const net = process.env.VALOPS_BENCH_NET ?? '10.88.0';
const root = path.resolve(import.meta.dirname, '..');
const builder = path.join(root, 'scripts/hosts.mjs');
const suite = process.env.VALOPS_HOSTS_SUITE ?? 'bookworm';
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

// $1 directory of the host, $2 its name, $3 the system below: changes stay with it
const hostScript = `r=$1/root
mount -t overlay overlay -o "lowerdir=$3,upperdir=$1/upper,workdir=$1/work" "$r" &&
mount -t proc proc "$r/proc" && mount -t sysfs -o ro sysfs "$r/sys" && mount --rbind /dev "$r/dev" &&
mount -t tmpfs none "$r/run" && mkdir "$r/run/sshd" && hostname "$2" &&
exec chroot "$r" /usr/sbin/sshd -D -e -f /etc/ssh/bench_config`;

async function startFleet() {
  for (const name of ['id', 'host']) await $`ssh-keygen -q -t ed25519 -N ${''} -f ${at(name)}`;
  const state = process.env.VALOPS_HOSTS_DIR ?? dir;
  await $({ env: { ...process.env, VALOPS_HOSTS_DIR: state, VALOPS_HOSTS_SUITE: suite } })`node ${builder} build`;
  await removeNamespaces();
  await $`ip netns add ${hub}`;
  await $`ip -n ${hub} link set lo up`;
  await $`ip -n ${hub} link add br0 type bridge`;
  await $`ip -n ${hub} address add ${net}.1/24 dev br0`;
  await $`ip -n ${hub} link set br0 up`;
  for (let n = 1; n <= most; n++) {
    const name = `${prefix}-${n}`;
    const own = at(String(n));
    for (const folder of ['upper/etc/ssh', 'work', 'root']) fs.ensureDirSync(path.join(own, folder));
    await $`ip netns add ${name}`;
    await $`ip -n ${name} link set lo up`;
    await $`ip -n ${hub} link add v${n} type veth peer name eth0 netns ${name}`;
    await $`ip -n ${hub} link set v${n} master br0 up`;
    await $`ip -n ${name} address add ${addressOf(n)}/24 dev eth0`;
    await $`ip -n ${name} link set eth0 up`;
    for (const file of ['host', 'id.pub']) fs.copySync(at(file), path.join(own, 'upper/etc/ssh', `bench_${file}`));
    fs.writeFileSync(
      path.join(own, 'upper/etc/ssh/bench_config'),
      [
        `ListenAddress ${addressOf(n)}`,
        'HostKey /etc/ssh/bench_host',
        'AuthorizedKeysFile /etc/ssh/bench_id.pub',
        'PidFile none',
        'StrictModes no',
        'UsePAM no',
        'PermitRootLogin prohibit-password',
        'PasswordAuthentication no',
        'Subsystem sftp internal-sftp',
        '',
      ].join('\n'),
    );
    const apart = ['unshare', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
    const words = [`--net=/run/netns/${name}`, ...apart, 'sh', '-c', hostScript, 'sh', own, name];
    running.push(spawn('nsenter', [...words, path.join(state, `base-${suite}`)], { stdio: 'ignore' }));
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
  // unshare waits on while its child lives, and takes it along when it is killed
  for (const child of running) child.kill('SIGKILL');
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

async function ours(count, only = []) {
  const run = await measure(
    [
      process.execPath,
      bin,
      'facts',
      '--json',
      ...only,
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
  const show = (row) => console.log(row.map((cell) => cell.padStart(13)).join(''));
  console.log(
    `Node ${process.version}, ${os.cpus().length} cores, ${version}, medians of ${pairs} pairs; hosts share this machine`,
  );
  show(['hosts', 'facts', 'valops s', 'its CPU s', 'ansible s', 'its CPU s', 'times faster']);
  for (const count of sizes) {
    const runs = [];
    // the first round warms the caches
    for (let pair = -1; pair < pairs; pair++) {
      const all = await ours(count);
      const part = await ours(count, ['--only', alike]);
      const peer = ansible === null ? null : await theirs(count);
      if (pair >= 0) runs.push({ all, part, peer });
    }
    const of = (side, what) => median(runs.map((run) => run[side][what]));
    const peer = ansible === null ? ['-', '-'] : [of('peer', 'seconds').toFixed(2), of('peer', 'cpu').toFixed(2)];
    for (const side of ['all', 'part']) {
      const times = ansible === null ? '-' : median(runs.map((run) => run.peer.seconds / run[side].seconds)).toFixed(1);
      const own = [runs[0][side].facts, of(side, 'seconds').toFixed(2), of(side, 'cpu').toFixed(2)];
      show([count, ...own, ...peer, times].map(String));
    }
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => void stopFleet().finally(() => process.exit(130)));
try {
  await main();
} finally {
  await stopFleet();
}
