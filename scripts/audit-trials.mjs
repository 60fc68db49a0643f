#!/usr/bin/env zx
// Mutation trials: each misconfiguration of scripts/audit-trials/mutations is made on a clean, hardened validator
// host, an audit is run over SSH, and it is undone. The check that names it must find it, nothing else may turn up,
// and after the undo the report must be as before. Needs root and what scripts/hosts.mjs needs; its settings by
// environment are the same.
//
//   npm run trials:audit                                   every mutation, 2 hosts
//   npm run trials:audit -- --only NAME[,NAME…]            these; --family F[,F…] those of families of checks
//   npm run trials:audit -- --hosts 1 --first 5            how many hosts at once, and the number of the first
//   npm run trials:audit -- --thorough                     an audit of its own after every undo
//   npm run trials:audit -- --together 6                   so many at once; what is not as it must is tried alone
//   npm run trials:audit -- --every 6                      each sixth of them, a sample
//   npm run trials:audit -- --beside lynis,ssh-audit       whether these notice, too (Lynis: half a minute each)
//   npm run trials:audit -- --peers-only                   with --beside: nothing is audited between them
//   npm run trials:audit -- --clean | --stock              no mutation: what is open on the clean, or a stock, host
//   npm run trials:audit -- --out FILE                     results as JSON
//   npm run trials:audit -- --list                         names, checks and subjects; --keep leaves the hosts up
//
// VALOPS_TRIALS_BIN: another bin/valops.js than the one built here.

import { argv, chalk, fs } from 'zx';
import { makeCleanHost, must } from './audit-trials/clean-host.mjs';
import { loadMutations } from './audit-trials/load-mutations.mjs';
import { Operator } from './audit-trials/operator.mjs';
import { peersOf } from './audit-trials/peers.mjs';
import { Bench, grouped } from './audit-trials/trial.mjs';
import { harness, prepareHub, TrialHost } from './trials/host.mjs';

const words = (value) => (value === undefined ? [] : String(value).split(',').filter(Boolean));
const first = Number(argv.first ?? 1);
const hosts = [];
const results = [];
let ownHub = false;
let stopping = false;

function chosen(all) {
  const [names, families] = [words(argv.only), words(argv.family)];
  const unfit = names.filter((name) => !all.some((one) => one.name === name));
  if (unfit.length > 0) throw new Error(`no such mutation: ${unfit.join(', ')}; see --list`);
  const list = all.filter(
    ({ name, check }) =>
      // the clean host declares none of what these are about
      (names.length === 0 || names.includes(name)) && (families.length === 0 || families.includes(check.split('.')[0])),
  );
  return list.filter((_, at) => at % Number(argv.every ?? 1) === 0);
}

function newHost(n) {
  const host = new TrialHost(n);
  hosts.push(host);
  return host;
}

/** Everything that does not pass, to be read by a person. */
function printOpen({ checklist, summary, findings }) {
  const counts = Object.entries(summary).map(([status, count]) => `${count} ${status}`);
  console.log(`${chalk.bold(checklist)}: ${counts.join(', ')}`);
  for (const { id, status, subject, expected, actual, running, file, evidence } of findings) {
    if (status === 'pass') continue;
    const parts = { expected, actual, running, file, evidence: evidence?.slice(0, 300) };
    const said = Object.entries(parts).filter(([, value]) => value !== undefined);
    console.log(
      `  ${status.padEnd(8)}${id} "${subject}" ${said.map(([name, value]) => `${name}: ${value}`).join('; ')}`,
    );
  }
}

async function look() {
  const host = newHost(first);
  const operator = new Operator(host);
  if (argv.stock) {
    await host.fresh();
    await operator.prepare();
    const hostKey = (await must(host, 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).split(' ')[1];
    operator.declare({ hostKey });
  } else await makeCleanHost(host, operator, (what) => console.log(chalk.dim(what)));
  const { reports, seconds } = await operator.audit(['weekly', 'monthly', 'quarterly']);
  reports.filter((_, at) => at === 2 || !argv.stock).forEach(printOpen);
  console.log(`${seconds.toFixed(2)} s for the three of them`);
  const shown = argv.stock
    ? []
    : reports.flatMap(({ findings }) =>
        findings.filter(({ status, waiver }) => /fail|unknown|due/.test(status) && !waiver),
      );
  process.exitCode = shown.length > 0 ? 1 : 0;
}

function print({ name, mutation, problems, noticed, seconds }) {
  const mark = problems.length === 0 ? chalk.green('ok') : chalk.red('FAIL');
  const peers = Object.entries(noticed).map(([peer, yes]) => `${peer} ${yes ? 'noticed' : 'silent'}`);
  console.log(
    `${mark} ${name} → ${mutation.check}${peers.map((one) => `, ${one}`).join('')} ${chalk.dim(`${seconds.toFixed(1)} s`)}`,
  );
  for (const problem of problems) console.log(`    ${problem}`);
}

/** A row for each family: mutations, caught by the check that names them, nothing else, peers. */
function table(peers) {
  const families = [...new Set(results.map(({ mutation }) => mutation.check.split('.')[0]))].toSorted();
  const head = ['family', 'mutations', 'caught', 'all as it must', 'drift seen', ...peers.map(({ name }) => name)];
  const row = (title, own) => {
    const count = (test) => own.filter(test).length;
    const isCaught = ({ mutation, found }) =>
      found.some(
        ({ id, status, subject }) =>
          id === mutation.check && status !== 'unknown' && (mutation.subject ?? subject) === subject,
      );
    return [
      title,
      own.length,
      count(isCaught),
      count(({ problems }) => problems.length === 0),
      count(({ found }) => found.some(({ id }) => id.startsWith('baseline.'))),
      ...peers.map(({ name }) => count(({ noticed }) => noticed[name] === true)),
    ];
  };
  const rows = families.map((family) =>
    row(
      family,
      results.filter(({ mutation }) => mutation.check.startsWith(`${family}.`)),
    ),
  );
  for (const line of [head, ...rows, row('all', results)])
    console.log(line.map((cell, at) => (at === 0 ? String(cell).padEnd(14) : String(cell).padStart(16))).join(''));
}

/** After each of them: what was learnt is kept when the run is stopped. */
function writeResults() {
  if (argv.out === undefined) return;
  const written = results.map(({ name, mutation, problems, noticed, found, together, seconds }) => ({
    name,
    check: mutation.check,
    problems,
    noticed,
    found: found.map(({ id, subject, status }) => ({ id, subject, status })),
    together,
    seconds,
  }));
  fs.writeJsonSync(String(argv.out), written, { spaces: 1 });
}

async function tryAll(list) {
  const peers = await peersOf(words(argv.beside));
  console.log(`${list.length} mutations of ${new Set(list.map(({ check }) => check)).size} checks`);
  const groups = grouped(list, peers.length > 0 ? 1 : Number(argv.together ?? 1));
  const count = Math.min(groups.length, Number(argv.hosts ?? 2));
  const began = Date.now();
  await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const host = newHost(first + at);
      const say = (what) => console.log(chalk.dim(`host ${host.n}: ${what}`));
      const bench = new Bench(host, new Operator(host), {
        peers,
        peersOnly: argv['peers-only'] === true,
        thorough: argv.thorough === true,
        say,
      });
      await bench.make();
      const keep = (result) => {
        results.push(result);
        print(result);
        writeResults();
      };
      for (let next = groups.shift(); next !== undefined && !stopping; next = groups.shift()) {
        if (next.length === 1) {
          keep(await bench.try(next[0], groups.length < count));
          continue;
        }
        const { results: own, again } = await bench.tryTogether(next);
        own.forEach(keep);
        groups.push(...again.map((one) => [one]));
      }
    }),
  );
  const failed = results.filter(({ problems }) => problems.length > 0);
  console.log(
    `\n${results.length} mutations in ${Math.round((Date.now() - began) / 1000)} s, ${failed.length} not as they must`,
  );
  table(peers);
  if (failed.length > 0)
    console.log(`again: npm run trials:audit -- --only ${failed.map(({ name }) => name).join(',')}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

async function main() {
  const list = chosen(await loadMutations());
  if (argv.list) {
    for (const { name, check, subject } of list) console.log(`${name.padEnd(40)}${check.padEnd(44)}${subject ?? ''}`);
    return;
  }
  ownHub = await prepareHub();
  if (argv.clean || argv.stock) await look();
  else await tryAll(list);
}

async function stop() {
  stopping = true;
  for (const host of hosts) host.hangUp();
  if (argv.keep) return;
  await Promise.all(hosts.map((host) => host.remove()));
  if (ownHub) await harness('down');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => void stop().finally(() => process.exit(130)));
try {
  await main();
} finally {
  await stop();
}
