#!/usr/bin/env zx
// Measures a whole audit of one host against `lynis audit system --quick` on the same host: in turn, from the same
// place, each over one login by SSH, medians and ratios. The host is a clean validator host of
// scripts/audit-trials, whose needs and settings by environment are the same; Lynis is Debian's.
//
//   npm run bench:audit                       5 pairs of weekly runs
//   npm run bench:audit -- --pairs 3 --checklist quarterly --first 1
//
// CPU on the host is what its control group used meanwhile, its own services included, which hardly do anything;
// CPU here is what valops itself takes where the operator sits, and for Lynis what the SSH client takes.
import { argv, chalk, fs, os } from 'zx';
import { makeCleanHost } from './audit-trials/clean-host.mjs';
import { Operator, run } from './audit-trials/operator.mjs';
import { carryLynis, lynisWords } from './audit-trials/peers.mjs';
import { median } from './bench-pairs.mjs';
import { fromHub, harness, key, operator as user, prepareHub, TrialHost } from './trials/host.mjs';

const pairs = Number(argv.pairs ?? 5);
const checklist = String(argv.checklist ?? 'weekly');
const host = new TrialHost(Number(argv.first ?? 1));
const operator = new Operator(host);
let ownHub = false;

/** Seconds of CPU that the processes of the host have used so far; null where its group keeps no account. */
function hostCpu() {
  const name = `${process.env.VALOPS_HOSTS_PREFIX ?? 'vo'}-${host.n}`;
  for (const [path, read] of [
    [`/sys/fs/cgroup/cpuacct/${name}/cpuacct.usage`, (text) => Number(text) / 1e9],
    [`/sys/fs/cgroup/${name}/cpu.stat`, (text) => Number(/usage_usec (\d+)/.exec(text)?.[1]) / 1e6],
  ])
    if (fs.existsSync(path)) return read(fs.readFileSync(path, 'utf8'));
  return null;
}

/** Wall seconds, CPU seconds on the host and here. */
async function measure(words, codes) {
  // the firewall of the host bounds logins per minute
  await host.console('nft flush set inet valops ssh4');
  const before = hostCpu();
  const timed = [...fromHub, 'bash', '-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', ...words];
  const ran = await run(timed, { env: operator.env, cwd: operator.dir, timeout: 600_000 });
  if (!codes.includes(ran.code)) throw new Error(`${words.join(' ')} ended with ${ran.code}: ${ran.err}`);
  const [, own, system] = /cpu ([\d.]+) ([\d.]+)/.exec(ran.err);
  const after = hostCpu();
  return { ...ran, here: Number(own) + Number(system), there: before === null ? Number.NaN : after - before };
}

const ours = () => measure([...operator.program, 'audit', 'run', checklist, '--host', operator.name, '--json'], [0, 3]);

function theirs() {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'BatchMode=yes'];
  const client = ['ssh', '-i', key, ...options.flatMap((option) => ['-o', option]), `${user}@${host.address}`];
  return measure([...client, `sudo sh -c '${lynisWords}'`], [0]);
}

async function main() {
  ownHub = await prepareHub();
  await makeCleanHost(host, operator, (what) => console.log(chalk.dim(what)));
  await carryLynis(host);
  const runs = [];
  let summary;
  // the first pair warms the caches
  for (let pair = -1; pair < pairs; pair++) {
    const a = await ours();
    const b = await theirs();
    ({ summary } = JSON.parse(a.out));
    if (pair >= 0) runs.push({ a, b });
  }
  const tests = (await host.console("grep -ac '^20.*Performing test ID' /run/lynis/log")).trim();
  const counts = Object.entries(summary).map(([status, count]) => `${count} ${status}`);
  console.log(
    `Node ${process.version}, ${os.cpus().length} cores, medians of ${pairs} pairs; the host shares this machine`,
  );
  console.log(`valops audit run ${checklist}: ${counts.join(', ')}; lynis audit system --quick: ${tests} tests`);
  for (const [title, what] of [
    ['wall s', 'seconds'],
    ['CPU s on the host', 'there'],
    ['CPU s here', 'here'],
  ]) {
    const [a, b] = ['a', 'b'].map((side) => median(runs.map((pair) => pair[side][what])));
    const ratio = median(runs.map((pair) => pair.b[what] / pair.a[what]));
    console.log(
      `${title.padEnd(20)}valops ${a.toFixed(2).padStart(7)}   lynis ${b.toFixed(2).padStart(7)}   ratio ${ratio.toFixed(1).padStart(6)}`,
    );
  }
}

async function stop() {
  host.hangUp();
  await host.remove();
  if (ownHub) await harness('down');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => void stop().finally(() => process.exit(130)));
try {
  await main();
} finally {
  await stop();
}
