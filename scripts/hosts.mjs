#!/usr/bin/env zx
// Full Debian hosts on one machine, for tests: systemd as PID 1, sshd, nftables, ufw, cron, sudo, each an lxc
// container in a network namespace of its own behind one hub namespace. The machine's own network, firewall
// and sysctls are not touched. Needs root and: lxc mmdebstrap nftables iproute2 openssh-client util-linux.
//
//   node scripts/hosts.mjs build                 the base system, once (about 25 s)
//   node scripts/hosts.mjs up N…                 boot hosts N (1 to 200) at NET.(N+10), named PREFIX-N
//   node scripts/hosts.mjs wait N…               until systemd says "running" or "degraded"
//   node scripts/hosts.mjs sh N COMMAND…         as root inside the host; works with sshd or firewall broken
//   node scripts/hosts.mjs ssh N COMMAND…        over ssh, from the hub
//   node scripts/hosts.mjs hub COMMAND…          in the hub's network: the only place that reaches hosts
//   node scripts/hosts.mjs kill N…               pull the plug; `up` boots the same disk again
//   node scripts/hosts.mjs freeze|thaw N…        stop every process of a host, and let them go on
//   node scripts/hosts.mjs reset N…              pull the plug, forget all changes, boot
//   node scripts/hosts.mjs down [N…]             stop and remove; without N the hub as well
//
// Settings by environment: VALOPS_HOSTS_DIR (state; a tmpfs is fastest), VALOPS_HOSTS_PREFIX (vo),
// VALOPS_HOSTS_NET (10.85.0), VALOPS_HOSTS_SUITE (bookworm or trixie), VALOPS_HOSTS_USER (root or ops),
// VALOPS_HOSTS_BIND (paths of this machine shown read-only at the same place, separated by blanks).

import { createHash } from 'node:crypto';
import { $, fs, os, path, sleep } from 'zx';

const env = process.env;
const state = env.VALOPS_HOSTS_DIR ?? path.join(os.tmpdir(), 'valops-test-hosts');
const prefix = env.VALOPS_HOSTS_PREFIX ?? 'vo';
const net = env.VALOPS_HOSTS_NET ?? '10.85.0';
const suite = env.VALOPS_HOSTS_SUITE ?? 'bookworm';
const user = env.VALOPS_HOSTS_USER ?? 'root';
const binds = (env.VALOPS_HOSTS_BIND ?? '').split(' ').filter(Boolean);

const packages = [
  'systemd systemd-sysv dbus libpam-systemd openssh-server ufw nftables iproute2 sudo cron procps kmod',
  'unattended-upgrades python3-minimal iputils-ping netcat-openbsd ca-certificates age',
].flatMap((line) => line.split(' '));

const hub = `${prefix}-hub`;
const base = path.join(state, `base-${suite}`);
const key = path.join(state, 'id');
const lxc = path.join(state, 'lxc');

const nameOf = (n) => `${prefix}-${n}`;
const addressOf = (n) => `${net}.${n + 10}`;
const diskOf = (n) => path.join(state, 'disks', String(n));
const rootOf = (n) => path.join(diskOf(n), 'root');
const hasNamespace = (name) => fs.existsSync(`/run/netns/${name}`);
const quiet = $({ quiet: true, nothrow: true });
/** For commands that talk to a host's monitor, which may not answer any more. */
const patient = $({ quiet: true, nothrow: true, timeout: '10s', timeoutSignal: 'SIGKILL' });
const inherit = $({ stdio: 'inherit', nothrow: true, quiet: true });

$.verbose = false;
// bash takes a first shell with a socket as standard input for one of a remote login, and reads ~/.bashrc
$.env = { ...process.env, SHLVL: '2' };

async function build() {
  fs.ensureDirSync(state);
  const wanted = createHash('sha256').update(`3 ${suite} ${packages.join()}`).digest('hex');
  const stamp = `${base}.stamp`;
  if (!fs.existsSync(key)) await $`ssh-keygen -q -t ed25519 -N ${''} -C valops-test -f ${key}`;
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  fs.removeSync(stamp);
  fs.removeSync(base);
  await $`mmdebstrap --quiet --variant=minbase --mode=root --dpkgopt=force-unsafe-io --include=${packages.join()} ${suite} ${base}`;
  await $`chroot ${base} useradd -m -s /bin/bash -G sudo ops`;
  const id = Number((await $`chroot ${base} id -u ops`).stdout);
  for (const [home, owner] of [
    ['/root', 0],
    ['/home/ops', id],
  ]) {
    const folder = path.join(base, home, '.ssh');
    await $`install -d -m 700 -o ${owner} -g ${owner} ${folder}`;
    await $`install -m 600 -o ${owner} -g ${owner} ${key}.pub ${folder}/authorized_keys`;
  }
  fs.writeFileSync(path.join(base, 'etc/sudoers.d/ops'), 'ops ALL=(ALL) NOPASSWD:ALL\n', { mode: 0o440 });
  // empty: each host gets an id of its own at its first boot
  fs.writeFileSync(path.join(base, 'etc/machine-id'), '');
  for (const timer of ['apt-daily.timer', 'apt-daily-upgrade.timer']) {
    await $`ln -sf /dev/null ${base}/etc/systemd/system/${timer}`;
  }
  fs.writeFileSync(stamp, wanted);
}

async function startHub() {
  if (hasNamespace(hub)) return;
  await $`ip netns add ${hub}`;
  await $`ip -n ${hub} link set lo up`;
  await $`ip -n ${hub} link add br0 type bridge`;
  await $`ip -n ${hub} address add ${net}.1/24 dev br0`;
  await $`ip -n ${hub} link set br0 up`;
}

async function connectHost(n) {
  const name = nameOf(n);
  if (hasNamespace(name)) return;
  await $`ip netns add ${name}`;
  await $`ip -n ${name} link set lo up`;
  // the old pair of a host that was just removed may still be there
  await quiet`ip -n ${hub} link delete v${n}`;
  // always the same MAC, or the hub keeps the old one until its ARP entry expires
  const mac = `02:56:4f:00:00:${n.toString(16).padStart(2, '0')}`;
  await $`ip -n ${hub} link add v${n} type veth peer name eth0 address ${mac} netns ${name}`;
  await $`ip -n ${hub} link set v${n} master br0 up`;
  await $`ip -n ${name} address add ${addressOf(n)}/24 dev eth0`;
  await $`ip -n ${name} link set eth0 up`;
  await $`ip -n ${name} route add default via ${net}.1`;
}

async function up(n) {
  await startHub();
  await connectHost(n);
  const [name, disk, root] = [nameOf(n), diskOf(n), rootOf(n)];
  for (const folder of ['upper', 'work', 'root']) fs.ensureDirSync(path.join(disk, folder));
  if ((await quiet`mountpoint -q ${root}`).exitCode !== 0) {
    const options = `lowerdir=${base},upperdir=${disk}/upper,workdir=${disk}/work`;
    await $`mount -t overlay overlay -o ${options} ${root}`;
  }
  fs.writeFileSync(path.join(root, 'etc/hostname'), `${name}\n`);
  // without its own name in hosts(5), sudo waits for a name server
  fs.writeFileSync(path.join(root, 'etc/hosts'), `127.0.0.1 localhost\n127.0.1.1 ${name}\n::1 localhost\n`);
  fs.writeFileSync(path.join(root, 'etc/resolv.conf'), '');
  for (const bind of binds) {
    const target = path.join(root, bind);
    if (fs.statSync(bind).isDirectory()) fs.ensureDirSync(target);
    else fs.ensureFileSync(target);
  }
  fs.outputFileSync(
    path.join(lxc, name, 'config'),
    [
      `lxc.uts.name = ${name}`,
      `lxc.rootfs.path = dir:${root}`,
      `lxc.namespace.share.net = /run/netns/${name}`,
      'lxc.mount.auto = proc:mixed sys:mixed cgroup:mixed',
      'lxc.apparmor.profile = unconfined',
      'lxc.init.cmd = /sbin/init',
      'lxc.pty.max = 64',
      `lxc.cgroup.dir = ${name}`,
      'lxc.cap.drop = sys_module sys_time sys_rawio mac_admin mac_override syslog',
      ...binds.map((bind) => `lxc.mount.entry = ${bind} ${bind.slice(1)} none bind,ro 0 0`),
      '',
    ].join('\n'),
  );
  await $({ stdin: 'ignore' })`lxc-start -P ${lxc} -n ${name} -o ${path.join(state, `${name}.log`)} -l ERROR`;
}

async function leaderOf(n) {
  return (await quiet`lxc-info -P ${lxc} -n ${nameOf(n)} -p -H`).stdout.trim();
}

/** The argument vector that enters a host's namespaces, with all capabilities: its console. */
async function entering(n) {
  const leader = await leaderOf(n);
  if (leader === '') throw new Error(`host ${n} is not up`);
  const variables = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8'];
  return ['nsenter', '-t', leader, '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--', 'env', '-i', ...variables];
}

async function wait(n) {
  for (let tries = 0; tries < 600; tries++) {
    const leader = await leaderOf(n);
    if (leader !== '') {
      const running = (await quiet`${await entering(n)} systemctl is-system-running`).stdout.trim();
      if (running === 'running' || running === 'degraded') return;
    }
    await sleep(50);
  }
  throw new Error(`host ${n} did not come up; see ${path.join(state, `${nameOf(n)}.log`)}`);
}

async function kill(n) {
  // on a loaded machine both commands fail now and then: what counts is what is seen, twice
  for (let tries = 0, stopped = 0; stopped < 2; tries++) {
    const state = (await patient`lxc-info -P ${lxc} -n ${nameOf(n)} -s -H`).stdout.trim();
    const monitor = monitorOf(n);
    if (monitor === null && (state === '' || state === 'STOPPED')) stopped++;
    else {
      stopped = 0;
      if (tries > 100) throw new Error(`host ${n} does not stop: ${state}`);
      if (state === 'FROZEN') await patient`lxc-unfreeze -P ${lxc} -n ${nameOf(n)}`;
      const ended = await patient`lxc-stop -k -P ${lxc} -n ${nameOf(n)}`;
      // it waits for ever on a host that goes down by itself at that moment
      if (ended.exitCode !== 0 && monitor !== null) endByNumber(monitor);
    }
    await sleep(20);
  }
  for (const controller of fs.readdirSync('/sys/fs/cgroup')) {
    const group = path.join('/sys/fs/cgroup', controller, nameOf(n));
    if (fs.existsSync(group)) await quiet`find ${group} -depth -type d -exec rmdir {} +`;
  }
}

/** The process of lxc that waits for the host's init, its parent; null when there is none. */
function monitorOf(n) {
  const title = `[lxc monitor] ${lxc} ${nameOf(n)}`;
  const isIt = (pid) => {
    try {
      const [state] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1];
      return state !== 'Z' && fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() === title;
    } catch {
      return false;
    }
  };
  return fs.readdirSync('/proc').find((name) => /^\d+$/.test(name) && isIt(name)) ?? null;
}

/** Ends a monitor and, before it, the init below it: with that every process of the host. */
function endByNumber(monitor) {
  let children = '';
  try {
    children = fs.readFileSync(`/proc/${monitor}/task/${monitor}/children`, 'utf8');
  } catch {
    // it is gone already
  }
  for (const pid of [...children.trim().split(' '), monitor].filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // as above
    }
  }
}

async function remove(n) {
  await kill(n);
  const root = rootOf(n);
  if ((await quiet`mountpoint -q ${root}`).exitCode === 0 && (await quiet`umount ${root}`).exitCode !== 0) {
    await quiet`umount -l ${root}`;
  }
  // rm(1) also removes trees that are deeper than a path may be long
  await $`rm -rf ${diskOf(n)} ${path.join(lxc, nameOf(n))}`;
  await quiet`ip netns delete ${nameOf(n)}`;
}

const hubNetwork = ['nsenter', `--net=/run/netns/${hub}`, '--'];

function sshTo(n) {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'ConnectTimeout=5'];
  return [...hubNetwork, 'ssh', '-i', key, ...options.flatMap((option) => ['-o', option]), `${user}@${addressOf(n)}`];
}

function numbers(words) {
  const list = words.map(Number);
  if (list.every((n) => Number.isInteger(n) && n >= 1 && n <= 200)) return list;
  throw new Error(`hosts are numbers from 1 to 200, not "${words.join(' ')}"`);
}

async function main([verb, ...words]) {
  switch (verb) {
    case 'build':
      return build();
    case 'up':
      for (const n of numbers(words)) await up(n);
      return;
    case 'wait':
      for (const n of numbers(words)) await wait(n);
      return;
    case 'kill':
      for (const n of numbers(words)) await kill(n);
      return;
    case 'freeze':
      for (const n of numbers(words)) await $`lxc-freeze -P ${lxc} -n ${nameOf(n)}`;
      return;
    case 'thaw':
      for (const n of numbers(words)) await $`lxc-unfreeze -P ${lxc} -n ${nameOf(n)}`;
      return;
    case 'reset':
      for (const n of numbers(words)) {
        await remove(n);
        await up(n);
      }
      return;
    case 'down': {
      const disks = path.join(state, 'disks');
      const all = fs.existsSync(disks) ? fs.readdirSync(disks) : [];
      await Promise.all(numbers(words.length > 0 ? words : all).map(remove));
      if (words.length === 0) await quiet`ip netns delete ${hub}`;
      return;
    }
    case 'sh': {
      const [n] = numbers(words.slice(0, 1));
      process.exitCode = (await inherit`${await entering(n)} ${words.slice(1)}`).exitCode ?? 1;
      return;
    }
    case 'ssh': {
      const [n] = numbers(words.slice(0, 1));
      process.exitCode = (await inherit`${sshTo(n)} ${words.slice(1)}`).exitCode ?? 1;
      return;
    }
    case 'hub':
      await startHub();
      process.exitCode = (await inherit`${hubNetwork} ${words}`).exitCode ?? 1;
      return;
    default:
      console.error(
        'usage: node scripts/hosts.mjs build|up|wait|sh|ssh|hub|kill|freeze|thaw|reset|down [N…] [COMMAND…]',
      );
      process.exitCode = 2;
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`hosts: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
